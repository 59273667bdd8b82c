// Package xlsx writes workbooks that LibreOffice and Excel open: sheets of
// text, numbers and days, with a heading that stays in sight. Book is its main
// type. It writes the little of ECMA-376 (SpreadsheetML) that tables need, no
// formula ever, and reads nothing: a library that does both and draws charts
// would be the largest part of borne-admin.
package xlsx
