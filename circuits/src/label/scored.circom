// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.0;

include "circomlib/circuits/bitify.circom";
include "../lib/select.circom";
include "./delivery.circom";
include "./gold.circom";
include "./legality.circom";
include "./rules.circom";
include "./statement.circom";

/// Opens both commitments and states the score, whatever the label kind.
/// @param w, m, v  label words, mask words, gold words
/// @input picked   packed worker codes at the gold items
/// @input agreements  the score
/// @soundness      digest covers goldSalt, C, rules, the gold commitment, the score and picked; C binds commitmentContext, salt and the words, the
///                 gold commitment binds mask and values, so every word of the vector is fixed before alpha. The blinding has to be goldSalt: the
///                 worker knows its own salt and labels, and with those alone could try masks until the public digest matches.
template ScoreStatement(w, m, v) {
    signal input context;
    signal input alpha;
    signal input commitmentContext;
    signal input salt;
    signal input rules;
    signal input word[w];
    signal input goldSalt;
    signal input mask[m];
    signal input values[v];
    signal input picked[v];
    signal input agreements;
    signal output digest;
    signal output evaluation;

    signal commitment <== LabelCommitment(w)(commitmentContext, salt, word);
    signal gold <== GoldCommitment(m, v)(goldSalt, mask, values);

    component statement = Statement(6 + v, 5);
    statement.context <== context;
    statement.alpha <== alpha;
    var head[6] = [DOMAIN_SCORE(), goldSalt, commitment, rules, gold, agreements];
    for (var i = 0; i < 6; i++) statement.preimage[i] <== head[i];
    for (var i = 0; i < v; i++) statement.preimage[6 + i] <== picked[i];
    statement.vector <== [commitmentContext, commitment, rules, gold, agreements];
    digest <== statement.digest;
    evaluation <== statement.evaluation;
}

/// Which items of legal gold legal scalars agree with.
/// @param n        capacity
/// @param g        gold capacity, a multiple of 31
/// @input codes    n labels
/// @input mask, values  packed gold (caller binds them)
/// @input point    challenge
/// @output word    packed labels (caller commits to them)
/// @output pickedWord  packed worker codes at the gold items (caller hashes them into the digest behind `point`)
/// @output hit     g bits, exact: 1 at k when the k-th marked label agrees with its gold, 0 from goldCount on
/// @soundness      ScalarRules, Prefix (1 <= itemCount <= n), ScalarLegality, Pack, HiddenScalarGold, PickGold; picked codes are unique bits, and
///                 ScalarAgreement is exact
template ScoredScalar(n, g) {
    var B = SCALAR_BITS();
    var P = SCALARS_PER_WORD();
    signal input rules;
    signal input codes[n];
    signal input mask[MASK_WORDS(n)];
    signal input values[g \ P];
    signal input point;
    signal output word[(n + P - 1) \ P];
    signal output pickedWord[g \ P];
    signal output hit[g];

    component rule = ScalarRules(n);
    rule.rules <== rules;
    signal active[n] <== Prefix(n, 1)(rule.itemCount);
    ScalarLegality(n)(codes, rule.max, active);
    word <== Pack(n, B, P)(codes);

    signal mark[n];
    signal used[g];
    signal gold[g][B];
    (mark, used, gold) <== HiddenScalarGold(n, g)(active, rule.goldCount, rule.max, mask, values);
    signal picked[g] <== PickGold(n, g)(codes, mark, point);
    pickedWord <== Pack(g, B, P)(picked);

    signal toleranceSquared <== rule.tolerance * rule.tolerance;
    signal bit[g][B];
    signal same[g];
    for (var k = 0; k < g; k++) {
        bit[k] <== Num2Bits(B)(picked[k]);
        same[k] <== ScalarAgreement()(bit[k], gold[k], rule.isSet, rule.tolerance, toleranceSquared);
        hit[k] <== same[k] * used[k];
    }
}

/// Which items of legal gold legal boxes agree with: as ScoredScalar, with BoxesLegality, HiddenBoxGold and BoxAgreement.
/// @param n        capacity
/// @param g        gold capacity, a multiple of 3
/// @input boxes    n boxes: class, x, y, w - 1, h - 1
template ScoredBox(n, g) {
    var B = BOX_BITS();
    var P = BOXES_PER_WORD();
    signal input rules;
    signal input boxes[n][5];
    signal input mask[MASK_WORDS(n)];
    signal input values[g \ P];
    signal input point;
    signal output word[(n + P - 1) \ P];
    signal output pickedWord[g \ P];
    signal output hit[g];

    component rule = BoxRules(n);
    rule.rules <== rules;
    signal active[n] <== Prefix(n, 1)(rule.itemCount);
    signal code[n] <== BoxesLegality(n)(boxes, rule.maxClass, rule.width, rule.height, active);
    word <== Pack(n, B, P)(code);

    signal mark[n];
    signal used[g];
    signal gold[g][B];
    (mark, used, gold) <== HiddenBoxGold(n, g)(
        active, rule.goldCount, rule.maxClass, rule.width, rule.height, mask, values);
    signal picked[g] <== PickGold(n, g)(code, mark, point);
    pickedWord <== Pack(g, B, P)(picked);

    signal bit[g][B];
    signal same[g];
    for (var k = 0; k < g; k++) {
        bit[k] <== Num2Bits(B)(picked[k]);
        same[k] <== BoxAgreement()(bit[k], gold[k], rule.iouBps);
        hit[k] <== same[k] * used[k];
    }
}
