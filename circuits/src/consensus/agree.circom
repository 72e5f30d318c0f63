// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.0;

include "../lib/select.circom";
include "./statement.circom";
include "./votes.circom";

/// On how many of their assigned items some workers agree with the committed consensus.
/// @param n        capacity
/// @param k        most workers of one proof
/// @input context, alpha  public
/// @input taskContext, outSalt, consensus  opening of the consensus commitment
/// @input workers  number of used positions, 1 to k
/// @input commitmentContext, salt, codes, mask  per position; mask is zero past `workers`
/// @output digest, evaluation  public; see SPEC 1.6
/// @soundness      OpenClasses for the consensus, Voter per position, Agreements. The commitment is in the vector, so taskContext is bound by it.
/// @assumes        the consensus commitment is the decided one; the contract makes workers and masks
template Agree(n, k) {
    var M = MASK_WORDS(n);
    signal input context;
    signal input alpha;
    signal input taskContext;
    signal input outSalt;
    signal input consensus[n];
    signal input workers;
    signal input commitmentContext[k];
    signal input salt[k];
    signal input codes[k][n];
    signal input mask[k][M];
    signal output digest;
    signal output evaluation;

    component decided = OpenClasses(n);
    decided.commitmentContext <== taskContext;
    decided.salt <== outSalt;
    decided.codes <== consensus;

    signal used[k] <== Prefix(k, 1)(workers);
    component voter[k];
    component statement = WholeStatement(2 + k * (2 + M), DOMAIN_AGREE());
    statement.context <== context;
    statement.alpha <== alpha;
    statement.vector[0] <== workers;
    statement.vector[1] <== decided.commitment;
    for (var j = 0; j < k; j++) {
        voter[j] = Voter(n);
        voter[j].used <== used[j];
        voter[j].commitmentContext <== commitmentContext[j];
        voter[j].salt <== salt[j];
        voter[j].codes <== codes[j];
        voter[j].mask <== mask[j];
        statement.vector[2 + j] <== voter[j].commitment;
        for (var w = 0; w < M; w++) statement.vector[2 + k + j * M + w] <== mask[j][w];
        statement.vector[2 + (1 + M) * k + j] <== Agreements(n)(
            voter[j].assigned, voter[j].low, voter[j].high, decided.low, decided.high);
    }
    digest <== statement.digest;
    evaluation <== statement.evaluation;
}
