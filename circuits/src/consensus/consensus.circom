// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.0;

include "../lib/select.circom";
include "./statement.circom";
include "./votes.circom";

/// The committed consensus is what the weighted majority of the committed workers says, item by item.
/// @param n        capacity
/// @param k        most workers
/// @input context, alpha  public
/// @input taskContext  context of the task's consensus
/// @input outSalt  salt of the consensus commitment
/// @input workers  number of used positions, 1 to k
/// @input commitmentContext, salt, codes, weight, mask  per position; weight and mask are zero past `workers`
/// @output digest, evaluation  public; see SPEC 1.6
/// @soundness      Voter per position, Ballot, Consensus, Agreements; the vector holds everything public, and the consensus as a hiding commitment
/// @assumes        the contract makes workers, weights and masks; weights of one task sum to less than 2^12, so counts are of 12 bits
template MajorityConsensus(n, k) {
    var M = MASK_WORDS(n);
    signal input context;
    signal input alpha;
    signal input taskContext;
    signal input outSalt;
    signal input workers;
    signal input commitmentContext[k];
    signal input salt[k];
    signal input codes[k][n];
    signal input weight[k];
    signal input mask[k][M];
    signal output digest;
    signal output evaluation;

    signal used[k] <== Prefix(k, 1)(workers);
    component voter[k];
    component ballot[k];
    for (var j = 0; j < k; j++) {
        weight[j] * (1 - used[j]) === 0;
        voter[j] = Voter(n);
        voter[j].used <== used[j];
        voter[j].commitmentContext <== commitmentContext[j];
        voter[j].salt <== salt[j];
        voter[j].codes <== codes[j];
        voter[j].mask <== mask[j];
        ballot[j] = Ballot(n);
        ballot[j].weight <== weight[j];
        ballot[j].assigned <== voter[j].assigned;
        ballot[j].low <== voter[j].low;
        ballot[j].high <== voter[j].high;
    }

    component consensus = Consensus(n);
    consensus.taskContext <== taskContext;
    consensus.salt <== outSalt;
    for (var i = 0; i < n; i++) {
        for (var c = 0; c < CLASSES(); c++) {
            var sum = 0;
            for (var j = 0; j < k; j++) sum += ballot[j].vote[i][c];
            consensus.count[i][c] <== sum;
        }
    }

    component statement = WholeStatement(4 + k * (3 + M), DOMAIN_CONSENSUS());
    statement.context <== context;
    statement.alpha <== alpha;
    var front[4] = [taskContext, consensus.commitment, workers, consensus.support];
    for (var i = 0; i < 4; i++) statement.vector[i] <== front[i];
    for (var j = 0; j < k; j++) {
        statement.vector[4 + j] <== voter[j].commitment;
        statement.vector[4 + k + j] <== weight[j];
        for (var w = 0; w < M; w++) statement.vector[4 + 2 * k + j * M + w] <== mask[j][w];
        statement.vector[4 + (2 + M) * k + j] <== Agreements(n)(
            voter[j].assigned, voter[j].low, voter[j].high, consensus.low, consensus.high);
    }
    digest <== statement.digest;
    evaluation <== statement.evaluation;
}
