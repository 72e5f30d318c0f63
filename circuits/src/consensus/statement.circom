// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.0;

include "../label/statement.circom";

/// A statement whose digest covers its whole vector.
/// @param v        length of the vector
/// @param domain   domain separator of the statement
/// @input vector   what the contract knows or is sent, in its order; every element public or hiding
/// @output digest, evaluation  public; see SPEC 1.6
/// @soundness      Statement: the vector itself is the preimage, so all of it is fixed before alpha
template WholeStatement(v, domain) {
    signal input vector[v];
    signal input context;
    signal input alpha;
    signal output digest;
    signal output evaluation;

    component statement = Statement(v + 1, v);
    statement.context <== context;
    statement.alpha <== alpha;
    statement.vector <== vector;
    statement.preimage[0] <== domain;
    for (var i = 0; i < v; i++) statement.preimage[1 + i] <== vector[i];
    digest <== statement.digest;
    evaluation <== statement.evaluation;
}
