package escapes_test

func browserCases() []attempt { return nil }
