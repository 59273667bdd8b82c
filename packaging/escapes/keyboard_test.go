package escapes_test

func keyboardCases() []attempt { return nil }
