// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.0;

include "../lib/select.circom";
include "./statement.circom";
include "./votes.circom";

/// The next counts are the previous ones plus the weighted votes of some workers.
/// @param n        capacity
/// @param k        most workers of one proof
/// @input context, alpha  public
/// @input workers  number of used positions, 1 to k
/// @input previous, previousSalt  packed counts and the salt they are committed with
/// @input nextSalt salt of the commitment to the sums
/// @input commitmentContext, salt, codes, weight, mask  per position; weight and mask are zero past `workers`
/// @output digest, evaluation  public; see SPEC 1.6
/// @soundness      Voter per position, Ballot; votes are added where their counts lie in the words. Words are not taken apart: no sum leaves its 12
///                 bits, since a chain starts at zero and the weights that it ever adds sum to less than 2^12 (contract)
/// @assumes        the contract makes workers, weights and masks, starts at the commitment of zero counts, hands each `next` on as `previous`,
///                 counts every worker once, and keeps the sum of a task's weights below 2^12
template Tally(n, k) {
    var M = MASK_WORDS(n);
    var W = COUNT_WORDS(n);
    var C = CLASSES();
    var P = ITEMS_PER_COUNTS();
    signal input context;
    signal input alpha;
    signal input workers;
    signal input previous[W];
    signal input previousSalt;
    signal input nextSalt;
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

    signal next[W];
    for (var w = 0; w < W; w++) {
        var sum = previous[w];
        for (var i = w * P; i < n && i < (w + 1) * P; i++) {
            for (var c = 0; c < C; c++) {
                var place = 1 << (VOTE_BITS() * ((i - w * P) * C + c));
                for (var j = 0; j < k; j++) sum += ballot[j].vote[i][c] * place;
            }
        }
        next[w] <== sum;
    }

    component statement = WholeStatement(3 + k * (2 + M), DOMAIN_TALLY());
    statement.context <== context;
    statement.alpha <== alpha;
    statement.vector[0] <== workers;
    statement.vector[1] <== CountCommitment(n)(previousSalt, previous);
    statement.vector[2] <== CountCommitment(n)(nextSalt, next);
    for (var j = 0; j < k; j++) {
        statement.vector[3 + j] <== voter[j].commitment;
        statement.vector[3 + k + j] <== weight[j];
        for (var w = 0; w < M; w++) statement.vector[3 + 2 * k + j * M + w] <== mask[j][w];
    }
    digest <== statement.digest;
    evaluation <== statement.evaluation;
}
