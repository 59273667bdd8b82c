// Package authority is the private certificate authority of the demonstration.
//
// Its only type is Authority: made at first use, kept in a folder, and able to sign only for the demonstration's own
// domain and addresses. It is not part of the product, and no key of it is ever in the repository.
package authority
