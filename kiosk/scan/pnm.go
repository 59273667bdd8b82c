package scan

import (
	"bufio"
	"errors"
	"fmt"
	"image"
	"io"
)

// maxPixels bounds what a page takes when it is unpacked, four bytes each: A4
// at 300 dpi has 8.7 million.
const maxPixels = 24_000_000

// readPNM reads what scanimage(1) writes: a portable pixmap or greymap (Netpbm)
// of one or two bytes for each value.
func readPNM(from io.Reader) (*image.RGBA, error) {
	r := bufio.NewReaderSize(from, 64<<10)
	var magic [2]byte
	if _, err := io.ReadFull(r, magic[:]); err != nil {
		return nil, fmt.Errorf("read a page: %w", err)
	}
	channels := 0
	switch string(magic[:]) {
	case "P5":
		channels = 1
	case "P6":
		channels = 3
	default:
		return nil, errors.New("read a page: not a portable pixmap of bytes")
	}
	var n [3]int
	for i := range n {
		var err error
		if n[i], err = pnmNumber(r); err != nil {
			return nil, err
		}
	}
	width, height, most := n[0], n[1], n[2]
	if width < 1 || height < 1 || width > maxPixels/height || most != 255 && most != 65535 {
		return nil, fmt.Errorf("read a page: %d by %d pixels of %d", width, height, most)
	}
	size := channels // of a pixel
	if most > 255 {
		size *= 2
	}
	page := image.NewRGBA(image.Rect(0, 0, width, height))
	row := make([]byte, size*width)
	for y := range height {
		if _, err := io.ReadFull(r, row); err != nil {
			return nil, fmt.Errorf("read row %d of %d of a page: %w", y, height, err)
		}
		to := page.Pix[y*page.Stride:]
		for x := range width {
			from, into := row[x*size:], to[4*x:4*x+4]
			step := size / channels // the first byte is the one that counts
			into[0], into[1], into[2], into[3] = from[0], from[(channels/2)*step], from[(channels-1)*step], 255
		}
	}
	return page, nil
}

// pnmNumber reads a number, the white space or comments before it, and the one
// white space after it.
func pnmNumber(r *bufio.Reader) (n int, err error) {
	digits, comment := 0, false
	for {
		b, err := r.ReadByte()
		switch {
		case err != nil:
			return 0, fmt.Errorf("read a page's size: %w", err)
		case comment:
			comment = b != '\n'
		case b >= '0' && b <= '9' && digits < 7:
			n, digits = 10*n+int(b-'0'), digits+1
		case b == '#' && digits == 0:
			comment = true
		case b == ' ', b == '\t', b == '\n', b == '\r':
			if digits > 0 {
				return n, nil
			}
		default:
			return 0, errors.New("read a page's size: no number")
		}
	}
}
