// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.0;

include "./delivery.circom";
include "./gold.circom";
include "./labels.circom";
include "./statement.circom";

/// Opens both commitments and states a figure about the gold: what score and audit share, whatever the label kind.
/// @param w, m, v  label words, mask words, gold words
/// @param domain   domain separator of the statement
/// @input picked   packed worker codes at the gold items
/// @input figure   what is stated: the score, or which gold items agree
/// @soundness      digest covers goldSalt, C, rules, the gold commitment, the figure and picked; C binds commitmentContext, salt and the words, the
///                 gold commitment binds mask and values, so every word of the vector is fixed before alpha. The blinding has to be goldSalt: the
///                 worker knows its own salt and labels, and with those alone could try masks until the public digest matches.
template GoldStatement(w, m, v, domain) {
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
    signal input figure;
    signal output digest;
    signal output evaluation;

    signal commitment <== LabelCommitment(w)(commitmentContext, salt, word);
    signal gold <== GoldCommitment(m, v)(goldSalt, mask, values);

    component statement = Statement(6 + v, 5);
    statement.context <== context;
    statement.alpha <== alpha;
    var head[6] = [domain, goldSalt, commitment, rules, gold, figure];
    for (var i = 0; i < 6; i++) statement.preimage[i] <== head[i];
    for (var i = 0; i < v; i++) statement.preimage[6 + i] <== picked[i];
    statement.vector <== [commitmentContext, commitment, rules, gold, figure];
    digest <== statement.digest;
    evaluation <== statement.evaluation;
}

/// Which gold items legal scalars agree with.
/// @param n        capacity
/// @param g        gold capacity, a multiple of 31
/// @input codes    n labels
/// @input mask, values  packed gold (caller binds them)
/// @input point    challenge
/// @output word    packed labels (caller commits to them)
/// @output picked  packed worker codes at the gold items (caller hashes them into the digest behind `point`)
/// @output hit     g bits, exact
/// @soundness      ScalarLabels, ScalarGold
template ScoredScalar(n, g) {
    var W = (n + SCALARS_PER_WORD() - 1) \ SCALARS_PER_WORD();
    var M = MASK_WORDS(n);
    var V = g \ SCALARS_PER_WORD();
    signal input rules;
    signal input codes[n];
    signal input mask[M];
    signal input values[V];
    signal input point;
    signal output word[W];
    signal output picked[V];
    signal output hit[g];

    component labels = ScalarLabels(n);
    labels.rules <== rules;
    labels.codes <== codes;
    word <== labels.word;
    (picked, hit) <== ScalarGold(n, g)(
        codes, labels.active, labels.goldCount, labels.isSet, labels.tolerance, mask, values, point);
}

/// Which gold items legal boxes agree with: as ScoredScalar, with BoxLabels and BoxGold.
/// @param n        capacity
/// @param g        gold capacity, a multiple of 3
/// @input boxes    n boxes: class, x, y, w - 1, h - 1
template ScoredBox(n, g) {
    var W = (n + BOXES_PER_WORD() - 1) \ BOXES_PER_WORD();
    var M = MASK_WORDS(n);
    var V = g \ BOXES_PER_WORD();
    signal input rules;
    signal input boxes[n][5];
    signal input mask[M];
    signal input values[V];
    signal input point;
    signal output word[W];
    signal output picked[V];
    signal output hit[g];

    component labels = BoxLabels(n);
    labels.rules <== rules;
    labels.boxes <== boxes;
    word <== labels.word;
    (picked, hit) <== BoxGold(n, g)(
        labels.code, labels.active, labels.goldCount, labels.iouBps, mask, values, point);
}
