// Package volume reads the files of a USB stick from its raw bytes: partition
// tables (MBR, GPT, none) and the file systems that sticks come with (FAT12,
// FAT16, FAT32, exFAT), and keeps a new file beside them. The kernel mounts
// nothing: what is on the stick is only numbers to a program in a memory-safe
// language.
//
// Open finds the Volumes of a device; Volume.Walk visits their Files, whose
// content a File reads. Every loop is bounded by a Budget and by the sizes
// that the structures may have at all, so that a hostile stick costs a bounded
// time and amount of memory, and gives wrong files at worst.
//
// Save writes one new file to a Disk, and changes nothing that is there: a
// stick that is pulled out meanwhile has all its files, and the new one whole or
// not at all.
//
// It does not know which files are documents (Kind does), and reads no NTFS,
// no ext4, no encrypted volume: such a stick has no volumes.
package volume
