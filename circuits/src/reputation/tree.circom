// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.0;

include "../lib/hash.circom";
include "../lib/select.circom";

/// Root of a lean incremental tree above a leaf.
/// @param d        largest depth
/// @input leaf     any field element
/// @input depth    number of siblings, 0 to d: a level at which the node has no sibling is skipped
/// @input right    d bits: 1 where the node is the right child; a value that is no bit has no witness
/// @input sibling  d field elements; those from `depth` on do not matter
/// @output root    the root above the leaf
/// @constraints    Prefix(d, 0), and per level Poseidon(2), one (bit), one (order), one (skip)
/// @soundness      `<==` throughout: the root is a function of the inputs. A different leaf with the same root is a Poseidon collision, unless the
///                 leaf is an inner node
/// @assumes        no leaf has the form of an inner node, Poseidon(2) (ReputationLeaf)
template LeanRoot(d) {
    signal input leaf;
    signal input depth;
    signal input right[d];
    signal input sibling[d];
    signal output root;

    signal present[d] <== Prefix(d, 0)(depth);
    component parent[d];
    signal node[d + 1];
    signal swap[d];
    node[0] <== leaf;
    for (var i = 0; i < d; i++) {
        right[i] * (right[i] - 1) === 0;
        swap[i] <== right[i] * (sibling[i] - node[i]);
        parent[i] = Poseidon(2);
        parent[i].inputs[0] <== node[i] + swap[i];
        parent[i].inputs[1] <== sibling[i] - swap[i];
        node[i + 1] <== node[i] + present[i] * (parent[i].out - node[i]);
    }
    root <== node[d];
}

/// Commitment of one finished task in a worker's reputation.
/// @input secret   the worker's secret
/// @input blinding fresh for every task (client)
/// @input score    basis points
/// @output out     the leaf
/// @constraints    two Poseidon(3)
/// @soundness      the contract hashes the commitment that the worker gave with the score that it computed. The hash of a leaf takes three inputs and
///                 begins with a domain, the hash of an inner node takes two: no inner node passes for a leaf
template ReputationLeaf() {
    signal input secret;
    signal input blinding;
    signal input score;
    signal output out;

    signal commitment <== VectorHash(3)([DOMAIN_REPUTATION(), secret, blinding]);
    out <== VectorHash(3)([DOMAIN_REPUTATION_LEAF(), commitment, score]);
}
