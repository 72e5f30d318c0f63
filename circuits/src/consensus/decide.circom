// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.0;

include "./statement.circom";
include "./votes.circom";

/// The four counts of each item.
/// @param n        capacity
/// @input word     packed counts; bits past the last count have no witness
/// @output count   n times four numbers of 12 bits
/// @constraints    48n
/// @soundness      the bits of a word of at most 240 bits are unique; every count is a linear function of them
template UnpackCounts(n) {
    var W = COUNT_WORDS(n);
    var C = CLASSES();
    var P = ITEMS_PER_COUNTS();
    var B = VOTE_BITS();
    signal input word[W];
    signal output count[n][C];

    component bits[W];
    for (var w = 0; w < W; w++) {
        var items = n - w * P < P ? n - w * P : P;
        bits[w] = Num2Bits(items * C * B);
        bits[w].in <== word[w];
        for (var i = 0; i < items; i++) {
            for (var c = 0; c < C; c++) {
                var sum = 0;
                for (var b = 0; b < B; b++) sum += bits[w].out[(i * C + c) * B + b] * (1 << b);
                count[w * P + i][c] <== sum;
            }
        }
    }
}

/// The committed consensus is what the committed counts say, item by item.
/// @param n        capacity
/// @input context, alpha  public
/// @input taskContext  context of the task's consensus
/// @input counts, countsSalt  packed counts and the salt they are committed with
/// @input outSalt  salt of the consensus commitment
/// @output digest, evaluation  public; see SPEC 1.6
/// @soundness      CountCommitment binds the words, UnpackCounts reads them uniquely, Consensus decides
/// @assumes        the counts are the last ones of the task's tally (contract)
template Decide(n) {
    var W = COUNT_WORDS(n);
    signal input context;
    signal input alpha;
    signal input taskContext;
    signal input counts[W];
    signal input countsSalt;
    signal input outSalt;
    signal output digest;
    signal output evaluation;

    component consensus = Consensus(n);
    consensus.taskContext <== taskContext;
    consensus.salt <== outSalt;
    consensus.count <== UnpackCounts(n)(counts);

    component statement = WholeStatement(4, DOMAIN_DECIDE());
    statement.context <== context;
    statement.alpha <== alpha;
    signal commitment <== CountCommitment(n)(countsSalt, counts);
    statement.vector <== [taskContext, commitment, consensus.commitment, consensus.support];
    digest <== statement.digest;
    evaluation <== statement.evaluation;
}
