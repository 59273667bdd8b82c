package escapes_test

import (
	"crypto/tls"
	"encoding/binary"
	"net"
)

// hello is a real ClientHello for a name; none for an empty one.
func hello(name string) []byte {
	client, server := net.Pipe()
	defer client.Close()
	defer server.Close()
	go func() { _ = tls.Client(client, &tls.Config{ServerName: name, InsecureSkipVerify: true}).Handshake() }()
	head := make([]byte, 5)
	if _, err := server.Read(head); err != nil {
		panic(err) // a pipe in this process
	}
	body := make([]byte, binary.BigEndian.Uint16(head[3:]))
	for read := 0; read < len(body); {
		n, err := server.Read(body[read:])
		if err != nil {
			panic(err)
		}
		read += n
	}
	return append(head, body...)
}

// withExtension adds an extension to a hello.
func withExtension(hello []byte, number uint16, data []byte) []byte {
	const record, handshake, fixed = 5, 4, 2 + 32
	out := append([]byte{}, hello...)
	// Session, cipher suites and compression come before the length of the extensions.
	at := record + handshake + fixed
	at += 1 + int(out[at])
	at += 2 + int(binary.BigEndian.Uint16(out[at:]))
	at += 1 + int(out[at])
	extension := binary.BigEndian.AppendUint16(nil, number)
	extension = binary.BigEndian.AppendUint16(extension, uint16(len(data)))
	extension = append(extension, data...)
	binary.BigEndian.PutUint16(out[at:], binary.BigEndian.Uint16(out[at:])+uint16(len(extension)))
	out = append(out, extension...)
	size := len(out) - record - handshake
	out[record+1], out[record+2], out[record+3] = byte(size>>16), byte(size>>8), byte(size)
	binary.BigEndian.PutUint16(out[3:], uint16(len(out)-record))
	return out
}

// inRecords cuts a hello into TLS records of some bytes each.
func inRecords(hello []byte, size int) []byte {
	var out []byte
	for body := hello[5:]; len(body) > 0; {
		n := min(size, len(body))
		out = append(out, hello[0], hello[1], hello[2], byte(n>>8), byte(n))
		out = append(out, body[:n]...)
		body = body[n:]
	}
	return out
}
