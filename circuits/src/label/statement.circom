// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.0;

include "../lib/hash.circom";
include "../lib/polynomial.circom";

/// The public face of every labelling circuit: a digest, and the statement vector evaluated at a challenge.
/// @param d        length of the digest preimage
/// @param v        length of the statement vector
/// @input preimage domain first; must determine everything `vector` depends on (each circuit's @soundness says why)
/// @input vector   what the contract knows or is sent, in its order
/// @input context  public; not used by any relation, bound by a square
/// @input alpha    public challenge
/// @output digest  VectorHash(preimage)
/// @output evaluation  vector evaluated at alpha
/// @constraints    VectorHash(d) + v
/// @soundness      alpha is a hash of digest, context and the public vector. If the witness's vector differed from the public one, it would
///                 have been fixed (through digest) before alpha was known, and the two evaluations would be equal with probability < v / 2^248.
///                 The square makes context part of the constraint system, so a proof is for one context only.
/// @assumes        the contract computes alpha = keccak256(digest, context, vector) >> 8, checks every word of the vector below p, and
///                 passes its own evaluation as the public signal (LabelStatement.sol)
template Statement(d, v) {
    signal input preimage[d];
    signal input vector[v];
    signal input context;
    signal input alpha;
    signal output digest;
    signal output evaluation;

    signal contextSquare <== context * context;
    digest <== VectorHash(d)(preimage);
    evaluation <== Evaluate(v)(vector, alpha);
}
