package shell

import (
	"strings"
	"unicode"

	"borne/kiosk"
)

// padColumns is how many keys of usual width stand side by side. On 1280×800 a
// key is 107 wide and 85 high, on a 15 inch screen 27 by 21 mm.
const padColumns = 12

// letters are the three rows of letters of a language, as its own keyboards
// have them, between the digits and the row of the space bar. ⇧ stands for
// Shift.
type letters struct {
	rows [3]string
	// shifted is what Shift makes of the rows; capitals where it is empty.
	shifted [3]string
	// name is what stands on the key that leads here.
	name string
	// alphabet has the same keys as the rows, in the order in which they are learnt:
	// the narrow keyboard's. fromRight lets it begin at the right.
	alphabet  string
	fromRight bool
	// latin is true where no other letters are needed to write to a French site.
	latin bool
}

// Letters by language. Official sites want Latin letters: a keyboard of others
// has a key to them. Accented letters that French forms ask for stand in reach;
// the others have a page of their own.
var (
	azerty = letters{latin: true, name: "ABC", alphabet: "a b c d e f g h i j k l m n o p q r s t u v w x y z é è à ù ⇧ ç ê ' € .",
		rows: [3]string{
			"a z e r t y u i o p é è", "q s d f g h j k l m à ù", "⇧ w x c v b n ç ê ' € ."}}
	qwerty = letters{latin: true, name: "ABC", alphabet: "a b c d e f g h i j k l m n o p q r s t u v w x y z é è à ç ⇧ ' - € , .",
		rows: [3]string{
			"q w e r t y u i o p é è", "a s d f g h j k l ' à ç", "⇧ z x c v b n m - € , ."}}
	spanish = letters{latin: true, name: "ABC", alphabet: "a b c d e f g h i j k l m n ñ o p q r s t u v w x y z á é í ⇧ ó ú ' € .",
		rows: [3]string{
			"q w e r t y u i o p á é", "a s d f g h j k l ñ í ó", "⇧ z x c v b n m ú ' € ."}}
	portuguese = letters{latin: true, name: "ABC", alphabet: "a b c d e f g h i j k l m n o p q r s t u v w x y z á ã ç é ⇧ ê õ ' € .",
		rows: [3]string{
			"q w e r t y u i o p á é", "a s d f g h j k l ç ã õ", "⇧ z x c v b n m ê ' € ."}}
	romanian = letters{latin: true, name: "ABC", alphabet: "a b c d e f g h i j k l m n o p q r s t u v w x y z ă â î ș ⇧ ț - ' € .",
		rows: [3]string{
			"q w e r t y u i o p ă î", "a s d f g h j k l ș ț â", "⇧ z x c v b n m - ' € ."}}
	turkish = letters{latin: true, name: "ABC", alphabet: "a b c ç d e f g ğ h ı i j k l m n o ö p q r s ş t u ü v w x ⇧ y z ' € .",
		rows: [3]string{
			"q w e r t y u ı o p ğ ü", "a s d f g h j k l ş i '", "⇧ z x c v b n m ö ç € ."},
		shifted: [3]string{"Q W E R T Y U I O P Ğ Ü", "A S D F G H J K L Ş İ '", "⇧ Z X C V B N M Ö Ç € ."}}
	ukrainian = letters{name: "АБВ", alphabet: "а б в г ґ д е є ж з и і ї й к л м н о п р с т у ф х ц ч ш щ ⇧ ь ю я ' .",
		rows: [3]string{
			"й ц у к е н г ш щ з х ї", "ф і в а п р о л д ж є ґ", "⇧ я ч с м и т ь б ю ' ."}}
	russian = letters{name: "АБВ", alphabet: "а б в г д е ё ж з и й к л м н о п р с т у ф х ц ч ш щ ъ ы ь ⇧ э ю я - .",
		rows: [3]string{
			"й ц у к е н г ш щ з х ъ", "ф ы в а п р о л д ж э ё", "⇧ я ч с м и т ь б ю - ."}}
	arabic = letters{name: "أب", fromRight: true, alphabet: "ا أ إ آ ب ت ث ج ح خ د ذ ر ز س ش ص ض ط ظ ع غ ف ق ك ل م ن ه ة و ؤ ي ى ئ ء",
		rows: [3]string{
			"ض ص ث ق ف غ ع ه خ ح ج د", "ش س ي ب ل ا ت ن م ك ط ذ", "ئ ء ؤ ر ى ة و ز ظ أ إ آ"}}
	dari = letters{name: "اب", fromRight: true, alphabet: "آ ا ء ب پ ت ث ج چ ح خ د ذ ر ز ژ س ش ص ض ط ظ ع غ ف ق ک گ ل م ن و ه ة ی ئ",
		rows: [3]string{
			"ض ص ث ق ف غ ع ه خ ح ج چ", "ش س ی ب ل ا ت ن م ک گ پ", "ظ ط ز ژ ر ذ د ئ و آ ء ة"}}
	pashto = letters{name: "اب", fromRight: true, alphabet: "ا ب پ ت ث ج چ ح خ د ذ ر ړ ز ژ س ش ص ض ط ظ ع غ ف ق ک ګ ل م ن ⇧ و ه ی ې ئ",
		rows: [3]string{
			"ض ص ث ق ف غ ع ه خ ح ج چ", "ش س ی ب ل ا ت ن م ک ګ پ", "⇧ ظ ط ز ژ ر ذ د ړ و ې ئ"},
		shifted: [3]string{"ټ څ ځ ډ ږ ښ ڼ ۍ ي آ ء ؤ", "ش س ی ب ل ا ت ن م ک ګ پ", "⇧ ظ ط ز ژ ر ذ د ړ و ې ئ"}}
)

// The pages that every language has: signs, of which passwords are made, and
// the accented letters of Europe's names.
var (
	signs = letters{latin: true, rows: [3]string{
		"! \" # $ % & ' ( ) * + /", ", . - _ : ; = ? < > [ ]", "@ \\ ^ ` { | } ~ € £ ° §"}}
	signsArabic = letters{rows: [3]string{
		"! ، ؛ ؟ % & ' ( ) * + /", ", . - _ : ; = ? < > [ ]", "@ \\ ^ ` { | } ~ € £ ° §"}}
	accents = letters{latin: true, rows: [3]string{
		"à â ä á ã å æ ç č ć ë ê", "é è ï î í ı ğ ñ ń ł ô ö", "⇧ ó õ ø œ ü û ú ș ț š ž"}}
)

// lettersOf returns the letters that a language begins with, and the Latin
// ones it leads to. Tigrinya has 300 syllables: it has Latin letters alone, and
// the keyboard says so.
func lettersOf(l kiosk.Language) (own, latin letters) {
	switch l {
	case kiosk.English:
		return qwerty, qwerty
	case kiosk.Spanish:
		return spanish, spanish
	case kiosk.Portuguese:
		return portuguese, portuguese
	case kiosk.Romanian:
		return romanian, romanian
	case kiosk.Turkish:
		return turkish, turkish
	case kiosk.Ukrainian:
		return ukrainian, qwerty
	case kiosk.Russian:
		return russian, qwerty
	case kiosk.Arabic:
		return arabic, azerty
	case kiosk.Dari:
		return dari, qwerty
	case kiosk.Pashto:
		return pashto, qwerty
	}
	return azerty, azerty
}

// row returns what is typed by the keys of a row.
func (l letters) row(n int, shift bool) []string {
	if !shift {
		return strings.Fields(l.rows[n])
	}
	if l.shifted[n] != "" {
		return strings.Fields(l.shifted[n])
	}
	keys := strings.Fields(l.rows[n])
	for i, key := range keys {
		keys[i] = strings.Map(unicode.ToUpper, key)
	}
	return keys
}
