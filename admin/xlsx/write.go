package xlsx

import (
	"archive/zip"
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// Indices into cellXfs of the styles below.
const (
	styleText = iota
	styleHead
	styleInteger
	styleDecimal
	stylePercent
	styleDay
	styleWrapped
)

const (
	xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	main    = `http://schemas.openxmlformats.org/spreadsheetml/2006/main`
	offices = `http://schemas.openxmlformats.org/officeDocument/2006/relationships`
	opc     = `http://schemas.openxmlformats.org/package/2006/`
)

// styles: numFmt 3 is "#,##0" and 14 the short date of the reader's country.
const styles = xmlHead + `<styleSheet xmlns="` + main + `">` +
	`<numFmts count="2"><numFmt numFmtId="164" formatCode="#,##0.0"/><numFmt numFmtId="165" formatCode="0.0%"/></numFmts>` +
	`<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>` +
	`<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>` +
	`<fill><patternFill patternType="solid"><fgColor rgb="FFE4EEF8"/><bgColor indexed="64"/></patternFill></fill></fills>` +
	`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>` +
	`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
	`<cellXfs count="7">` +
	`<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1"><alignment vertical="top"/></xf>` +
	`<xf numFmtId="0" fontId="1" fillId="2" borderId="0" xfId="0" applyFont="1" applyFill="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>` +
	`<xf numFmtId="3" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top"/></xf>` +
	`<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top"/></xf>` +
	`<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top"/></xf>` +
	`<xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top"/></xf>` +
	`<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>` +
	`</cellXfs>` +
	`<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`

// Write writes the workbook. An error leaves a part of it behind.
func Write(w io.Writer, b Book) error {
	if err := b.check(); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	names := b.names()
	archive := zip.NewWriter(w)
	for _, part := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{"[Content_Types].xml", text(contentTypes(len(b.Sheets)))},
		{"_rels/.rels", text(xmlHead + `<Relationships xmlns="` + opc + `relationships">` +
			`<Relationship Id="rId1" Type="` + offices + `/officeDocument" Target="xl/workbook.xml"/>` +
			`<Relationship Id="rId2" Type="` + opc + `relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>`)},
		{"docProps/core.xml", text(core(b))},
		{"xl/workbook.xml", text(workbook(b, names))},
		{"xl/_rels/workbook.xml.rels", text(relations(len(b.Sheets)))},
		{"xl/styles.xml", text(styles)},
	} {
		f, err := archive.Create(part.name)
		if err == nil {
			err = part.write(f)
		}
		if err != nil {
			return fmt.Errorf("write workbook: %s: %w", part.name, err)
		}
	}
	for i, s := range b.Sheets {
		f, err := archive.Create(fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1))
		if err == nil {
			err = s.write(f)
		}
		if err != nil {
			return fmt.Errorf("write sheet %q: %w", names[i], err)
		}
	}
	if err := archive.Close(); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	return nil
}

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

func contentTypes(sheets int) string {
	var b strings.Builder
	b.WriteString(xmlHead + `<Types xmlns="` + opc + `content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>` +
		`<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>` +
		`<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>`)
	for i := range sheets {
		fmt.Fprintf(&b, `<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`, i+1)
	}
	b.WriteString(`</Types>`)
	return b.String()
}

func core(b Book) string {
	return xmlHead + `<cp:coreProperties xmlns:cp="` + opc + `metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">` +
		`<dc:title>` + escape(b.Title) + `</dc:title><dc:creator>` + escape(b.Author) + `</dc:creator><dc:language>fr-FR</dc:language>` +
		`<dcterms:created xsi:type="dcterms:W3CDTF">` + b.Created.UTC().Format(time.RFC3339) + `</dcterms:created></cp:coreProperties>`
}

func workbook(b Book, names []string) string {
	var out strings.Builder
	out.WriteString(xmlHead + `<workbook xmlns="` + main + `" xmlns:r="` + offices + `"><sheets>`)
	for i, name := range names {
		fmt.Fprintf(&out, `<sheet name="%s" sheetId="%d" r:id="rId%d"/>`, escape(name), i+1, i+1)
	}
	// The range of a filter has a name of its own, which Excel looks for.
	out.WriteString(`</sheets><definedNames>`)
	for i, s := range b.Sheets {
		fmt.Fprintf(&out, `<definedName name="_xlnm._FilterDatabase" localSheetId="%d" hidden="1">%s!%s</definedName>`, i,
			escape("'"+strings.ReplaceAll(names[i], "'", "''")+"'"), s.area("$"))
	}
	out.WriteString(`</definedNames></workbook>`)
	return out.String()
}

func relations(sheets int) string {
	var b strings.Builder
	b.WriteString(xmlHead + `<Relationships xmlns="` + opc + `relationships">`)
	for i := range sheets {
		fmt.Fprintf(&b, `<Relationship Id="rId%d" Type="%s/worksheet" Target="worksheets/sheet%d.xml"/>`, i+1, offices, i+1)
	}
	fmt.Fprintf(&b, `<Relationship Id="rId%d" Type="%s/styles" Target="styles.xml"/></Relationships>`, sheets+1, offices)
	return b.String()
}

// area is the sheet's range: "A1:D10", or "$A$1:$D$10".
func (s Sheet) area(mark string) string {
	return mark + "A" + mark + "1:" + mark + column(max(len(s.Columns), 1)-1) + mark + strconv.Itoa(len(s.Rows)+1)
}

func (s Sheet) write(to io.Writer) error {
	w := bufio.NewWriter(to)
	w.WriteString(xmlHead + `<worksheet xmlns="` + main + `"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>`)
	if len(s.Columns) > 0 {
		w.WriteString(`<cols>`)
		for i, c := range s.Columns {
			width := c.Width
			if width <= 0 {
				width = 14
			}
			fmt.Fprintf(w, `<col min="%d" max="%d" width="%d" customWidth="1"/>`, i+1, i+1, width)
		}
		w.WriteString(`</cols>`)
	}
	w.WriteString(`<sheetData><row r="1">`)
	for i, c := range s.Columns {
		Cell{style: styleHead, text: c.Title}.write(w, column(i), 1)
	}
	w.WriteString(`</row>`)
	for i, row := range s.Rows {
		fmt.Fprintf(w, `<row r="%d">`, i+2)
		for j, cell := range row {
			cell.write(w, column(j), i+2)
		}
		w.WriteString(`</row>`)
	}
	fmt.Fprintf(w, `</sheetData><autoFilter ref="%s"/><pageSetup paperSize="9" orientation="landscape"/></worksheet>`, s.area(""))
	return w.Flush() // tells the first error of any write
}

func (c Cell) write(w *bufio.Writer, column string, row int) {
	switch {
	case c.filled:
		fmt.Fprintf(w, `<c r="%s%d" s="%d"><v>%s</v></c>`, column, row, c.style, strconv.FormatFloat(c.number, 'f', -1, 64))
	case c.text != "":
		// Text in place, typed as such: nothing makes a formula of it.
		fmt.Fprintf(w, `<c r="%s%d" s="%d" t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>`, column, row, c.style, escape(c.text))
	}
}

// column names the column of an index: 0 is "A", 26 "AA".
func column(i int) string {
	name := ""
	for i++; i > 0; i = (i - 1) / 26 {
		name = string(rune('A'+(i-1)%26)) + name
	}
	return name
}

// escape makes a text safe in XML, and drops what XML cannot hold.
func escape(s string) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	if len(s) > maxText {
		s = cut(s, maxText)
	}
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(s)); err != nil {
		return "" // a builder takes everything
	}
	return b.String()
}
