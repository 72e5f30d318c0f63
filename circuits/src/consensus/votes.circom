// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.0;

include "circomlib/circuits/bitify.circom";
include "circomlib/circuits/comparators.circom";
include "../label/delivery.circom";
include "../label/gold.circom";
include "../label/legality.circom";

// Classes 0 to 3 (SPEC 1.8), and weighted votes of 12 bits for one of them.
function CLASS_BITS()      { return 2; }
function CLASSES()         { return 4; }
function VOTE_BITS()       { return 12; }
// Items to a word of counts: four counts each, 240 bits.
function ITEMS_PER_COUNTS(){ return 5; }
function COUNT_WORDS(n)    { return (n + ITEMS_PER_COUNTS() - 1) \ ITEMS_PER_COUNTS(); }

/// Opens a label commitment to classes.
/// @param n        capacity
/// @input commitmentContext, salt  what the commitment was made with
/// @input codes    n field elements; one that is not 0 to 3 has no witness
/// @output low, high  the two bits of each class
/// @output commitment  the label commitment
/// @constraints    2n and LabelCommitment
/// @soundness      Num2Bits(2) forces every code into 0..3, so Pack is injective and the commitment binds each class
template OpenClasses(n) {
    var W = (n + SCALARS_PER_WORD() - 1) \ SCALARS_PER_WORD();
    signal input commitmentContext;
    signal input salt;
    signal input codes[n];
    signal output low[n];
    signal output high[n];
    signal output commitment;

    component bits[n];
    for (var i = 0; i < n; i++) {
        bits[i] = Num2Bits(CLASS_BITS());
        bits[i].in <== codes[i];
        low[i] <== bits[i].out[0];
        high[i] <== bits[i].out[1];
    }
    signal word[W] <== Pack(n, SCALAR_BITS(), SCALARS_PER_WORD())(codes);
    commitment <== LabelCommitment(W)(commitmentContext, salt, word);
}

/// Bits of an assignment mask.
/// @param n        capacity
/// @input mask     packed mask words, 248 items each; bits from n on have no witness
/// @output assigned  n bits
/// @constraints    n
/// @soundness      the binary packing of fewer than 254 bits is unique
template Assignment(n) {
    var W = MASK_WORDS(n);
    var B = MASK_BITS();
    signal input mask[W];
    signal output assigned[n];

    component bits[W];
    for (var w = 0; w < W; w++) {
        var size = n - w * B < B ? n - w * B : B;
        bits[w] = Num2Bits(size);
        bits[w].in <== mask[w];
        for (var i = 0; i < size; i++) assigned[w * B + i] <== bits[w].out[i];
    }
}

/// One position of a proof about several workers: what it committed to and which items count, all zero when the position is unused.
/// @param n        capacity
/// @input used     1 bit (Prefix)
/// @input commitmentContext, salt, codes  opening of the worker's commitment; any legal opening when unused
/// @input mask     assignment; not zero at an unused position has no witness
/// @output low, high  bits of each class
/// @output assigned   n bits
/// @output commitment the worker's commitment, 0 when unused
/// @constraints    3n, one per mask word, one, and LabelCommitment
/// @soundness      OpenClasses, Assignment; an unused position has an empty mask, so nothing of it is ever counted
template Voter(n) {
    var M = MASK_WORDS(n);
    signal input used;
    signal input commitmentContext;
    signal input salt;
    signal input codes[n];
    signal input mask[M];
    signal output low[n];
    signal output high[n];
    signal output assigned[n];
    signal output commitment;

    signal opened;
    (low, high, opened) <== OpenClasses(n)(commitmentContext, salt, codes);
    commitment <== opened * used;
    for (var w = 0; w < M; w++) mask[w] * (1 - used) === 0;
    assigned <== Assignment(n)(mask);
}

/// One worker's votes on every item: its weight at the class it chose, zero elsewhere and at items it was not assigned.
/// @param n        capacity
/// @input weight   the weight of the worker's vote (contract)
/// @input assigned, low, high  bits (Voter)
/// @output vote    n times four numbers
/// @constraints    4n
/// @soundness      `<==` throughout: the products of weight, assigned and the two bits determine the four votes
template Ballot(n) {
    signal input weight;
    signal input assigned[n];
    signal input low[n];
    signal input high[n];
    signal output vote[n][CLASSES()];

    signal cast[n];
    signal odd[n];
    signal upper[n];
    signal top[n];
    for (var i = 0; i < n; i++) {
        cast[i] <== weight * assigned[i];
        odd[i] <== cast[i] * low[i];
        upper[i] <== cast[i] * high[i];
        top[i] <== odd[i] * high[i];
        vote[i][0] <== cast[i] - odd[i] - upper[i] + top[i];
        vote[i][1] <== odd[i] - top[i];
        vote[i][2] <== upper[i] - top[i];
        vote[i][3] <== top[i];
    }
}

/// The class with most votes; of several, the lowest.
/// @input count    four counts, 12 bits (caller)
/// @output low, high  bits of the class
/// @output support    its count
/// @constraints    3 * 13 (comparisons), 2 + 1 (larger counts), 1 (low bit)
/// @soundness      LessThan(12) is exact on 12 bits; a later class takes over only with strictly more votes
template Winner() {
    signal input count[CLASSES()];
    signal output low;
    signal output high;
    signal output support;

    var B = VOTE_BITS();
    signal second <== LessThan(B)([count[0], count[1]]);
    signal fourth <== LessThan(B)([count[2], count[3]]);
    signal front <== count[0] + second * (count[1] - count[0]);
    signal back <== count[2] + fourth * (count[3] - count[2]);
    high <== LessThan(B)([front, back]);
    support <== front + high * (back - front);
    low <== second + high * (fourth - second);
}

/// The consensus under given counts, as a commitment.
/// @param n        capacity
/// @input taskContext  context of the task's consensus (contract)
/// @input salt     248 random bits (client)
/// @input count    n times four counts, 12 bits (caller)
/// @output low, high  bits of each consensus class
/// @output support    votes for the consensus, over all items
/// @output commitment label commitment to the consensus
/// @soundness      Winner per item; Pack of classes below 4; an item nobody voted on gets class 0 and no support
template Consensus(n) {
    var W = (n + SCALARS_PER_WORD() - 1) \ SCALARS_PER_WORD();
    signal input taskContext;
    signal input salt;
    signal input count[n][CLASSES()];
    signal output low[n];
    signal output high[n];
    signal output support;
    signal output commitment;

    signal won[n];
    signal code[n];
    var sum = 0;
    for (var i = 0; i < n; i++) {
        (low[i], high[i], won[i]) <== Winner()(count[i]);
        code[i] <== low[i] + 2 * high[i];
        sum += won[i];
    }
    support <== sum;
    signal word[W] <== Pack(n, SCALAR_BITS(), SCALARS_PER_WORD())(code);
    commitment <== LabelCommitment(W)(taskContext, salt, word);
}

/// How many of a worker's assigned items have the consensus class.
/// @param n        capacity
/// @input assigned, low, high  bits (Voter)
/// @input consensusLow, consensusHigh  bits (Consensus, OpenClasses)
/// @output out     0 to n, exact
/// @constraints    4n
/// @soundness      `<==` throughout on bits: the squared difference of two bits is 1 exactly when they differ
template Agreements(n) {
    signal input assigned[n];
    signal input low[n];
    signal input high[n];
    signal input consensusLow[n];
    signal input consensusHigh[n];
    signal output out;

    signal otherLow[n];
    signal otherHigh[n];
    signal same[n];
    signal counted[n];
    var sum = 0;
    for (var i = 0; i < n; i++) {
        otherLow[i] <== (low[i] - consensusLow[i]) * (low[i] - consensusLow[i]);
        otherHigh[i] <== (high[i] - consensusHigh[i]) * (high[i] - consensusHigh[i]);
        same[i] <== (1 - otherLow[i]) * (1 - otherHigh[i]);
        counted[i] <== assigned[i] * same[i];
        sum += counted[i];
    }
    out <== sum;
}

/// Hiding, binding commitment to the counts of every item and class.
/// @param n        capacity
/// @input salt     248 random bits (client); 0 for the counts every tally starts from
/// @input word     packed counts
/// @output out     the commitment
template CountCommitment(n) {
    var W = COUNT_WORDS(n);
    signal input salt;
    signal input word[W];
    signal output out;

    component h = VectorHash(W + 2);
    h.in[0] <== DOMAIN_COUNTS();
    h.in[1] <== salt;
    for (var i = 0; i < W; i++) h.in[2 + i] <== word[i];
    out <== h.out;
}
