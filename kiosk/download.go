package kiosk

// Bounds of what a visit may receive. They lie far above what an honest visit
// needs, and far below what its memory holds: everything that a visit keeps is
// in one file system in memory of 512 MiB.
const (
	// MaxDownloadBytes is the largest file: a scanned file of a prefecture is
	// below 10 MB, most portals refuse more than that themselves.
	MaxDownloadBytes = 50 << 20
	// MaxDownloadsBytes is all files of a visit together, finished or not.
	MaxDownloadsBytes = 200 << 20
	// MaxDownloads is how many files a visit may begin to receive: a year of
	// pay slips, and as much again for second tries.
	MaxDownloads = 24
)
