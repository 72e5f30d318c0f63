// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.0;

include "circomlib/circuits/bitify.circom";
include "../lib/select.circom";
include "./delivery.circom";
include "./gold.circom";
include "./legality.circom";
include "./rules.circom";
include "./statement.circom";

/// Packs codes that were shown to be legal when they were committed.
/// @param n        number of codes
/// @param bits     width of a code
/// @param perWord  codes to a word; bits * perWord < 253
/// @input code     n field elements
/// @output word    packed labels
/// @constraints    n * (bits + 1)
/// @soundness      Num2Bits per code, so a word has one list of codes: the one whose legality was proven for its commitment
template PackedCodes(n, bits, perWord) {
    var W = (n + perWord - 1) \ perWord;
    signal input code[n];
    signal output word[W];

    for (var i = 0; i < n; i++) _ <== Num2Bits(bits)(code[i]);
    word <== Pack(n, bits, perWord)(code);
}

/// The codes of slot and challenger at the gold items, found in one compaction.
/// @param n, g     capacity, gold capacity
/// @param bits     width of a code; 2 * bits < 253
/// @param perWord  codes to a word; g is a multiple of it
/// @input slotCode, challengerCode  n codes of `bits` bits each (PackedCodes)
/// @input mark     n bits, at most g set (GoldMask, Prefix)
/// @input point    challenge
/// @output slot, challenger  the bits of g codes each, zero past the last mark
/// @output slotWord, challengerWord  these codes packed like gold (caller hashes them into the digest behind `point`)
/// @constraints    2n + g + 2 * bits * g
/// @soundness      a pair is one number of 2 * bits bits: unique halves, both where it comes from (PackedCodes) and where it is read (Num2Bits). So
///                 PickGold, which is about the pairs, is about both codes
template PickPairs(n, g, bits, perWord) {
    var V = g \ perWord;
    assert(g == V * perWord);
    assert(2 * bits < 253);
    signal input slotCode[n];
    signal input challengerCode[n];
    signal input mark[n];
    signal input point;
    signal output slot[g][bits];
    signal output challenger[g][bits];
    signal output slotWord[V];
    signal output challengerWord[V];

    signal pair[n];
    for (var i = 0; i < n; i++) pair[i] <== slotCode[i] + (1 << bits) * challengerCode[i];
    signal picked[g] <== PickGold(n, g)(pair, mark, point);
    signal slotPick[g];
    signal challengerPick[g];
    component half[g];
    for (var k = 0; k < g; k++) {
        half[k] = Num2Bits(2 * bits);
        half[k].in <== picked[k];
        for (var j = 0; j < bits; j++) {
            slot[k][j] <== half[k].out[j];
            challenger[k][j] <== half[k].out[bits + j];
        }
        slotPick[k] <== Slice(bits, 0, bits)(slot[k]);
        challengerPick[k] <== Slice(bits, 0, bits)(challenger[k]);
    }
    slotWord <== Pack(g, bits, perWord)(slotPick);
    challengerWord <== Pack(g, bits, perWord)(challengerPick);
}

/// On whose side a slot is, over the gold items that the challenger contradicts.
/// @param g        gold capacity
/// @input used     g bits: the position holds a gold item
/// @input slotGold, challengerGold, slotChallenger  g bits each: who agrees with whom (ScalarAgreement, BoxAgreement)
/// @output withGold        items on which the slot agrees with the gold and not with the challenger: bit k for gold item k
/// @output withChallenger  items on which it agrees with the challenger and not with the gold, likewise
/// @constraints    4g
/// @soundness      `<==` throughout on bits; g bits, at most 248, cannot wrap. Agreement need not be transitive, so a slot may agree with both sides, and
///                 counts for neither
template Sides(g) {
    signal input used[g];
    signal input slotGold[g];
    signal input challengerGold[g];
    signal input slotChallenger[g];
    signal output withGold;
    signal output withChallenger;

    signal counts[g];
    signal both[g];
    signal gold[g];
    signal challenger[g];
    var goldBits = 0;
    var challengerBits = 0;
    for (var k = 0; k < g; k++) {
        counts[k] <== used[k] * (1 - challengerGold[k]);
        both[k] <== slotGold[k] * slotChallenger[k];
        gold[k] <== counts[k] * (slotGold[k] - both[k]);
        challenger[k] <== counts[k] * (slotChallenger[k] - both[k]);
        goldBits += gold[k] * (1 << k);
        challengerBits += challenger[k] * (1 << k);
    }
    withGold <== goldBits;
    withChallenger <== challengerBits;
}

/// Opens the three commitments and states on whose side the slot is, whatever the label kind.
/// @param w, m, v  label words, mask words, gold words
/// @input slotPicked, challengerPicked  packed codes of both at the gold items
/// @soundness      digest covers goldSalt, both label commitments, rules, the gold commitment, both sides and both picks. The commitments bind their
///                 contexts, salts and words, the gold commitment binds mask and values, so every word of the vector, and all that the
///                 compaction compares, is fixed before alpha. The blinding has to be goldSalt: either worker knows its own salt and labels, and
///                 two that share theirs know all but the gold.
template AuditStatement(w, m, v) {
    signal input context;
    signal input alpha;
    signal input rules;
    signal input commitmentContext;
    signal input salt;
    signal input word[w];
    signal input challengerCommitmentContext;
    signal input challengerSalt;
    signal input challengerWord[w];
    signal input goldSalt;
    signal input mask[m];
    signal input values[v];
    signal input slotPicked[v];
    signal input challengerPicked[v];
    signal input withGold;
    signal input withChallenger;
    signal output digest;
    signal output evaluation;

    signal commitment <== LabelCommitment(w)(commitmentContext, salt, word);
    signal challengerCommitment <== LabelCommitment(w)(challengerCommitmentContext, challengerSalt, challengerWord);
    signal gold <== GoldCommitment(m, v)(goldSalt, mask, values);

    component statement = Statement(8 + 2 * v, 8);
    statement.context <== context;
    statement.alpha <== alpha;
    var head[8] = [DOMAIN_AUDIT(), goldSalt, commitment, rules, gold, challengerCommitment, withGold, withChallenger];
    for (var i = 0; i < 8; i++) statement.preimage[i] <== head[i];
    for (var i = 0; i < v; i++) statement.preimage[8 + i] <== slotPicked[i];
    for (var i = 0; i < v; i++) statement.preimage[8 + v + i] <== challengerPicked[i];
    statement.vector <== [
        commitmentContext, commitment, rules, gold, challengerCommitmentContext, challengerCommitment, withGold, withChallenger
    ];
    digest <== statement.digest;
    evaluation <== statement.evaluation;
}

/// Of the gold items that the challenger's committed scalars contradict: on which of them the slot's committed scalars agree with the committed, secret
/// gold alone, and on which with the challenger alone. Which item of the dataset an item of the gold is stays secret.
/// @param n        capacity
/// @param g        gold capacity, a multiple of 31, at most 248
/// @input context, alpha  public
/// @input codes, challengerCodes  n labels each, from the requester's decryption
/// @output digest, evaluation  public; see SPEC 1.6
/// @soundness      PackedCodes, HiddenScalarGold, PickPairs (challenge alpha; picked words are in the
///                 digest), ScalarAgreement (exact both ways), Sides, AuditStatement
/// @assumes        both commitments are of delivered labels, so their legality was proven (GoldAudit); slot and challenger differ; the contract
///                 adds up, item by item, and decides
template AuditScalar(n, g) {
    var B = SCALAR_BITS();
    var P = SCALARS_PER_WORD();
    var W = (n + P - 1) \ P;
    var M = MASK_WORDS(n);
    var V = g \ P;
    signal input context;
    signal input alpha;
    signal input rules;
    signal input commitmentContext;
    signal input salt;
    signal input codes[n];
    signal input challengerCommitmentContext;
    signal input challengerSalt;
    signal input challengerCodes[n];
    signal input goldSalt;
    signal input mask[M];
    signal input values[V];
    signal output digest;
    signal output evaluation;

    component rule = ScalarRules(n);
    rule.rules <== rules;
    signal word[W] <== PackedCodes(n, B, P)(codes);
    signal challengerWord[W] <== PackedCodes(n, B, P)(challengerCodes);

    signal mark[n];
    signal used[g];
    signal gold[g][B];
    (mark, used, gold) <== HiddenScalarGold(n, g)(Prefix(n, 1)(rule.itemCount), rule.goldCount, rule.max, mask, values);

    signal slot[g][B];
    signal challenger[g][B];
    signal slotPicked[V];
    signal challengerPicked[V];
    (slot, challenger, slotPicked, challengerPicked) <== PickPairs(n, g, B, P)(codes, challengerCodes, mark, alpha);

    signal toleranceSquared <== rule.tolerance * rule.tolerance;
    signal slotGold[g];
    signal challengerGold[g];
    signal slotChallenger[g];
    for (var k = 0; k < g; k++) {
        slotGold[k] <== ScalarAgreement()(slot[k], gold[k], rule.isSet, rule.tolerance, toleranceSquared);
        challengerGold[k] <== ScalarAgreement()(challenger[k], gold[k], rule.isSet, rule.tolerance, toleranceSquared);
        slotChallenger[k] <== ScalarAgreement()(slot[k], challenger[k], rule.isSet, rule.tolerance, toleranceSquared);
    }
    signal withGold;
    signal withChallenger;
    (withGold, withChallenger) <== Sides(g)(used, slotGold, challengerGold, slotChallenger);

    (digest, evaluation) <== AuditStatement(W, M, V)(
        context, alpha, rules, commitmentContext, salt, word, challengerCommitmentContext, challengerSalt, challengerWord,
        goldSalt, mask, values, slotPicked, challengerPicked, withGold, withChallenger);
}

/// The same of boxes.
/// @param n        capacity
/// @param g        gold capacity, a multiple of 3, at most 248
/// @input codes, challengerCodes  n packed boxes each
/// @soundness      as AuditScalar, with HiddenBoxGold and BoxAgreement
/// @assumes        as AuditScalar
template AuditBox(n, g) {
    var B = BOX_BITS();
    var P = BOXES_PER_WORD();
    var W = (n + P - 1) \ P;
    var M = MASK_WORDS(n);
    var V = g \ P;
    signal input context;
    signal input alpha;
    signal input rules;
    signal input commitmentContext;
    signal input salt;
    signal input codes[n];
    signal input challengerCommitmentContext;
    signal input challengerSalt;
    signal input challengerCodes[n];
    signal input goldSalt;
    signal input mask[M];
    signal input values[V];
    signal output digest;
    signal output evaluation;

    component rule = BoxRules(n);
    rule.rules <== rules;
    signal word[W] <== PackedCodes(n, B, P)(codes);
    signal challengerWord[W] <== PackedCodes(n, B, P)(challengerCodes);

    signal mark[n];
    signal used[g];
    signal gold[g][B];
    (mark, used, gold) <== HiddenBoxGold(n, g)(Prefix(n, 1)(rule.itemCount), rule.goldCount, rule.maxClass, rule.width, rule.height, mask, values);

    signal slot[g][B];
    signal challenger[g][B];
    signal slotPicked[V];
    signal challengerPicked[V];
    (slot, challenger, slotPicked, challengerPicked) <== PickPairs(n, g, B, P)(codes, challengerCodes, mark, alpha);

    signal slotGold[g];
    signal challengerGold[g];
    signal slotChallenger[g];
    for (var k = 0; k < g; k++) {
        slotGold[k] <== BoxAgreement()(slot[k], gold[k], rule.iouBps);
        challengerGold[k] <== BoxAgreement()(challenger[k], gold[k], rule.iouBps);
        slotChallenger[k] <== BoxAgreement()(slot[k], challenger[k], rule.iouBps);
    }
    signal withGold;
    signal withChallenger;
    (withGold, withChallenger) <== Sides(g)(used, slotGold, challengerGold, slotChallenger);

    (digest, evaluation) <== AuditStatement(W, M, V)(
        context, alpha, rules, commitmentContext, salt, word, challengerCommitmentContext, challengerSalt, challengerWord,
        goldSalt, mask, values, slotPicked, challengerPicked, withGold, withChallenger);
}
