// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.0;

include "circomlib/circuits/bitify.circom";
include "circomlib/circuits/comparators.circom";
include "../lib/hash.circom";
include "../lib/select.circom";
include "./legality.circom";
include "./rules.circom";

// Items to a mask word (SPEC 1.2).
function MASK_BITS() { return 248; }
function MASK_WORDS(n) { return (n + MASK_BITS() - 1) \ MASK_BITS(); }

/// Unpacks the gold mask; marks only items of the task, exactly goldCount of them.
/// @param n        capacity
/// @input mask     packed mask words
/// @input active   n bits, a prefix
/// @input goldCount  16 bits
/// @output mark    n bits
/// @constraints    n and linear relations
/// @soundness      mark[i] is 0 or active[i]; the words are its unique binary packing (248 bits < p); the sum of n bits cannot wrap
template GoldMask(n) {
    var W = MASK_WORDS(n);
    var B = MASK_BITS();
    signal input mask[W];
    signal input active[n];
    signal input goldCount;
    signal output mark[n];

    var total = 0;
    for (var w = 0; w < W; w++) {
        var word = 0;
        for (var i = w * B; i < n && i < (w + 1) * B; i++) {
            mark[i] <-- (mask[w] >> (i - w * B)) & 1;
            mark[i] * (mark[i] - active[i]) === 0;
            word += mark[i] * (1 << (i - w * B));
            total += mark[i];
        }
        word === mask[w];
    }
    total === goldCount;
}

/// Finds the worker's codes at the gold items.
/// @param n        capacity
/// @param g        gold capacity
/// @input code     n codes (legality templates)
/// @input mark     n bits, at most g set (GoldMask, Prefix)
/// @input point    challenge
/// @output picked  g codes, zero past the last mark
/// @constraints    2n + g
/// @soundness      the hint reads the codes; Compact forces it to be right
/// @assumes        the caller hashes `picked` into the digest behind `point`
template PickGold(n, g) {
    signal input code[n];
    signal input mark[n];
    signal input point;
    signal output picked[g];

    var list[g];
    var next = 0;
    for (var k = 0; k < g; k++) list[k] = 0;
    for (var i = 0; i < n; i++) {
        if (mark[i] == 1 && next < g) {
            list[next] = code[i];
            next = next + 1;
        }
    }
    for (var k = 0; k < g; k++) picked[k] <-- list[k];
    Compact(n, g)(code, mark, picked, point);
}

/// Whether two scalars agree: |a - b| <= tolerance, or popcount(a xor b) <= tolerance for bit-sets.
/// @input a, b       bits of the two scalars, 8 each
/// @input isSet      1 for bit-sets
/// @input tolerance  8 bits
/// @input toleranceSquared  its square (caller)
/// @output out       1 or 0, exact both ways
/// @constraints      8 (squared differences), 1 (square), 1 (choice), 17 (comparison)
/// @soundness        x = tolerance^2 - (a-b)^2 or tolerance - popcount lies in (-2^16, 2^16); the top bit of x + 2^16 is 1 exactly when x >= 0
template ScalarAgreement() {
    var B = SCALAR_BITS();
    signal input a[B];
    signal input b[B];
    signal input isSet;
    signal input tolerance;
    signal input toleranceSquared;
    signal output out;

    signal differs[B];
    var count = 0;
    var difference = 0;
    for (var j = 0; j < B; j++) {
        differs[j] <== (a[j] - b[j]) * (a[j] - b[j]);
        count += differs[j];
        difference += (a[j] - b[j]) * (1 << j);
    }
    signal square <== difference * difference;
    signal slack <== toleranceSquared - square + isSet * (tolerance - count - toleranceSquared + square);
    component bits = Num2Bits(17);
    bits.in <== slack + (1 << 16);
    out <== bits.out[16];
}

/// Agreements of up to g scalars with gold.
/// @param g        gold capacity, a multiple of 31
/// @input picked   g field elements (PickGold)
/// @input value    g / 31 packed gold words, 248 bits each
/// @input used     g bits, a prefix of length goldCount
/// @output word    the picked codes packed like gold, for the digest
/// @output hit     g bits: 1 at the used positions that agree
/// @constraints    44g + g (used) + 1
/// @soundness      picked codes and gold words are unique bits; ScalarAgreement is exact
template ScalarScore(g) {
    var P = SCALARS_PER_WORD();
    var B = SCALAR_BITS();
    var W = g \ P;
    assert(g == W * P);
    signal input picked[g];
    signal input value[W];
    signal input used[g];
    signal input isSet;
    signal input tolerance;
    signal output word[W];
    signal output hit[g];

    signal toleranceSquared <== tolerance * tolerance;
    component gold[W];
    for (var w = 0; w < W; w++) {
        gold[w] = Num2Bits(P * B);
        gold[w].in <== value[w];
    }
    component mine[g];
    component same[g];
    for (var k = 0; k < g; k++) {
        mine[k] = Num2Bits(B);
        mine[k].in <== picked[k];
        same[k] = ScalarAgreement();
        same[k].a <== mine[k].out;
        for (var j = 0; j < B; j++) same[k].b[j] <== gold[k \ P].out[(k % P) * B + j];
        same[k].isSet <== isSet;
        same[k].tolerance <== tolerance;
        same[k].toleranceSquared <== toleranceSquared;
        hit[k] <== same[k].out * used[k];
    }
    word <== Pack(g, B, P)(picked);
}

// The smaller of two numbers below 2^17.
template Min17() {
    signal input a;
    signal input b;
    signal output out;
    signal less <== LessThan(17)([a, b]);
    out <== b + less * (a - b);
}

/// Length of the overlap of [a, a + la) and [b, b + lb).
/// @input a, b     16 bits; la, lb: 1 to 2^16
/// @output out     overlap, 0 to 2^16
/// @constraints    2 * 19 (minima) + 19 (sign) + 1
/// @soundness      ends are at most 2^17 - 1, so LessThan(17) is exact; max(a, b) = a + b - min(a, b); the signed length lies in (-2^17, 2^17)
template Overlap() {
    signal input a;
    signal input la;
    signal input b;
    signal input lb;
    signal output out;

    signal end <== Min17()(a + la, b + lb);
    signal least <== Min17()(a, b);
    signal length <== end - (a + b - least);
    component bits = Num2Bits(18);
    bits.in <== length + (1 << 17);
    out <== bits.out[17] * length;
}

/// Whether two boxes agree: same class and 10000 * intersection >= iouBps * union.
/// @input a, b     bits of the two packed boxes, 72 each
/// @input iouBps   16 bits
/// @output out     1 or 0, exact both ways
/// @constraints    see test/circuits.test.ts
/// @soundness      sides are at most 2^16, areas at most 2^32, so both products stay below 2^50: the top bit of their difference + 2^50 is its sign
template BoxAgreement() {
    var N = BOX_BITS();
    signal input a[N];
    signal input b[N];
    signal input iouBps;
    signal output out;

    signal ca <== Slice(N, 0, 8)(a);
    signal xa <== Slice(N, 8, 16)(a);
    signal ya <== Slice(N, 24, 16)(a);
    signal waLess <== Slice(N, 40, 16)(a);
    signal haLess <== Slice(N, 56, 16)(a);
    signal cb <== Slice(N, 0, 8)(b);
    signal xb <== Slice(N, 8, 16)(b);
    signal yb <== Slice(N, 24, 16)(b);
    signal wbLess <== Slice(N, 40, 16)(b);
    signal hbLess <== Slice(N, 56, 16)(b);

    signal sameClass <== IsEqual()([ca, cb]);
    signal wide <== Overlap()(xa, waLess + 1, xb, wbLess + 1);
    signal high <== Overlap()(ya, haLess + 1, yb, hbLess + 1);
    signal inter <== wide * high;
    signal areaA <== (waLess + 1) * (haLess + 1);
    signal areaB <== (wbLess + 1) * (hbLess + 1);
    signal needed <== iouBps * (areaA + areaB - inter);
    component bits = Num2Bits(51);
    bits.in <== BASIS_POINTS() * inter - needed + (1 << 50);
    out <== bits.out[50] * sameClass;
}

/// Agreements of up to g boxes with gold.
/// @param g        gold capacity, a multiple of 3
/// @input picked   g field elements (PickGold)
/// @input value    g / 3 packed gold words, 216 bits each
/// @input used     g bits, a prefix of length goldCount
/// @output word    the picked codes packed like gold, for the digest
/// @output hit     g bits: 1 at the used positions that agree
/// @soundness      as ScalarScore, with BoxAgreement
template BoxScore(g) {
    var P = BOXES_PER_WORD();
    var B = BOX_BITS();
    var W = g \ P;
    assert(g == W * P);
    signal input picked[g];
    signal input value[W];
    signal input used[g];
    signal input iouBps;
    signal output word[W];
    signal output hit[g];

    component gold[W];
    for (var w = 0; w < W; w++) {
        gold[w] = Num2Bits(P * B);
        gold[w].in <== value[w];
    }
    component mine[g];
    component same[g];
    for (var k = 0; k < g; k++) {
        mine[k] = Num2Bits(B);
        mine[k].in <== picked[k];
        same[k] = BoxAgreement();
        same[k].a <== mine[k].out;
        for (var j = 0; j < B; j++) same[k].b[j] <== gold[k \ P].out[(k % P) * B + j];
        same[k].iouBps <== iouBps;
        hit[k] <== same[k].out * used[k];
    }
    word <== Pack(g, B, P)(picked);
}

/// Gold of a scalar task: the worker's labels at the marked items, and which of them agree.
/// @param n, g     capacity, gold capacity (a multiple of 31)
/// @input code, active  legal labels and the item prefix (ScalarLabels)
/// @input mask, value   packed gold (caller binds it)
/// @input point    challenge
/// @output word    packed picked codes (caller hashes them into the digest behind `point`)
/// @output hit     g bits, exact: 1 at k when the k-th marked label agrees with its gold, 0 from goldCount on
/// @soundness      GoldMask marks goldCount items; Prefix(g) forces goldCount <= g; PickGold, ScalarScore
template ScalarGold(n, g) {
    var M = MASK_WORDS(n);
    var V = g \ SCALARS_PER_WORD();
    signal input code[n];
    signal input active[n];
    signal input goldCount;
    signal input isSet;
    signal input tolerance;
    signal input mask[M];
    signal input value[V];
    signal input point;
    signal output word[V];
    signal output hit[g];

    signal mark[n] <== GoldMask(n)(mask, active, goldCount);
    signal used[g] <== Prefix(g, 0)(goldCount);
    signal picked[g] <== PickGold(n, g)(code, mark, point);
    (word, hit) <== ScalarScore(g)(picked, value, used, isSet, tolerance);
}

/// Gold of a box task: as ScalarGold, with BoxScore.
/// @param n, g     capacity, gold capacity (a multiple of 3)
template BoxGold(n, g) {
    var M = MASK_WORDS(n);
    var V = g \ BOXES_PER_WORD();
    signal input code[n];
    signal input active[n];
    signal input goldCount;
    signal input iouBps;
    signal input mask[M];
    signal input value[V];
    signal input point;
    signal output word[V];
    signal output hit[g];

    signal mark[n] <== GoldMask(n)(mask, active, goldCount);
    signal used[g] <== Prefix(g, 0)(goldCount);
    signal picked[g] <== PickGold(n, g)(code, mark, point);
    (word, hit) <== BoxScore(g)(picked, value, used, iouBps);
}

/// Demands 10000 * agreements >= thresholdBps * goldCount.
/// @input agreements  0 to 62 (Total of ScalarScore or BoxScore)
/// @input goldCount   0 to 62 (Prefix)
/// @input thresholdBps  16 bits (rules)
/// @constraints    1 + 20
/// @soundness      10000 * 62 < 2^20 and 65535 * 62 < 2^22: a non-negative difference has 20 bits, a negative one (near p) has not
template ReachThreshold() {
    signal input agreements;
    signal input goldCount;
    signal input thresholdBps;
    signal needed <== thresholdBps * goldCount;
    _ <== Num2Bits(20)(BASIS_POINTS() * agreements - needed);
}

/// Takes packed words apart.
/// @param n        number of codes, a multiple of perWord
/// @param bits     width of a code
/// @param perWord  codes to a word; bits * perWord < 253
/// @input word     n / perWord packed words
/// @output bit     the bits of each code, lowest first
/// @constraints    n * (bits + 1 / perWord)
/// @soundness      Num2Bits is unique below 2^253
template UnpackCodes(n, bits, perWord) {
    var W = n \ perWord;
    assert(n == W * perWord);
    assert(bits * perWord < 253);
    signal input word[W];
    signal output bit[n][bits];

    component all[W];
    for (var w = 0; w < W; w++) {
        all[w] = Num2Bits(perWord * bits);
        all[w].in <== word[w];
        for (var k = 0; k < perWord; k++) {
            for (var j = 0; j < bits; j++) bit[w * perWord + k][j] <== all[w].out[k * bits + j];
        }
    }
}

/// Gold that a scalar label can agree with: every gold code at most max, zero past the gold count.
/// @param g        gold capacity
/// @input gold     g codes of 8 bits (UnpackCodes)
/// @input used     g bits, a prefix of length goldCount
/// @input max      8 bits (ScalarRules)
/// @constraints    10g
/// @soundness      code and limit - code are both in [0, 255], so code <= limit; the limit is max or, past the gold count, zero. For bit-sets max
///                 is 2^b - 1 (contract), so no bit above the classes is set
template LegalScalarGold(g) {
    var B = SCALAR_BITS();
    signal input gold[g][B];
    signal input used[g];
    signal input max;

    signal code[g];
    signal limit[g];
    for (var k = 0; k < g; k++) {
        code[k] <== Slice(B, 0, B)(gold[k]);
        limit[k] <== used[k] * max;
        _ <== Num2Bits(B)(limit[k] - code[k]);
    }
}

/// Gold that a box can agree with: every gold box legal, the zero code past the gold count.
/// @param g        gold capacity
/// @input gold     g codes of 72 bits (UnpackCodes)
/// @input used     g bits, a prefix of length goldCount
/// @input maxClass, width, height  from the rules (BoxRules)
/// @constraints    44g
/// @soundness      as BoxLegality, on fields that are slices of unique bits; the zero code is legal in every image, so unused positions only have
///                 their own constraint to meet
template LegalBoxGold(g) {
    var B = BOX_BITS();
    var S = SIDE_BITS();
    signal input gold[g][B];
    signal input used[g];
    signal input maxClass;
    signal input width;
    signal input height;

    signal code[g];
    signal class[g];
    signal x[g];
    signal y[g];
    signal wLess[g];
    signal hLess[g];
    for (var k = 0; k < g; k++) {
        code[k] <== Slice(B, 0, B)(gold[k]);
        class[k] <== Slice(B, 0, 8)(gold[k]);
        x[k] <== Slice(B, 8, S)(gold[k]);
        y[k] <== Slice(B, 24, S)(gold[k]);
        wLess[k] <== Slice(B, 40, S)(gold[k]);
        hLess[k] <== Slice(B, 56, S)(gold[k]);
        code[k] * (1 - used[k]) === 0;
        _ <== Num2Bits(8)(maxClass - class[k]);
        _ <== Num2Bits(S)(width - x[k] - (wLess[k] + 1));
        _ <== Num2Bits(S)(height - y[k] - (hLess[k] + 1));
    }
}

/// Hidden gold of a scalar task: which items it is about, and what they should be.
/// @param n, g     capacity, gold capacity (a multiple of 31)
/// @input active   n bits, the item prefix (Prefix)
/// @input goldCount, max  from the rules (ScalarRules)
/// @input mask, value     packed gold (caller binds it)
/// @output mark    n bits: the gold items
/// @output used    g bits, a prefix of length goldCount
/// @output gold    g gold codes of 8 bits, lowest first
/// @soundness      GoldMask marks goldCount items; Prefix(g) forces goldCount <= g; UnpackCodes is unique; LegalScalarGold
template HiddenScalarGold(n, g) {
    var B = SCALAR_BITS();
    var P = SCALARS_PER_WORD();
    signal input active[n];
    signal input goldCount;
    signal input max;
    signal input mask[MASK_WORDS(n)];
    signal input value[g \ P];
    signal output mark[n];
    signal output used[g];
    signal output gold[g][B];

    mark <== GoldMask(n)(mask, active, goldCount);
    used <== Prefix(g, 0)(goldCount);
    gold <== UnpackCodes(g, B, P)(value);
    LegalScalarGold(g)(gold, used, max);
}

/// Hidden gold of a box task: as HiddenScalarGold, with LegalBoxGold.
/// @param n, g     capacity, gold capacity (a multiple of 3)
/// @input maxClass, width, height  from the rules (BoxRules)
/// @output gold    g gold codes of 72 bits, lowest first
template HiddenBoxGold(n, g) {
    var B = BOX_BITS();
    var P = BOXES_PER_WORD();
    signal input active[n];
    signal input goldCount;
    signal input maxClass;
    signal input width;
    signal input height;
    signal input mask[MASK_WORDS(n)];
    signal input value[g \ P];
    signal output mark[n];
    signal output used[g];
    signal output gold[g][B];

    mark <== GoldMask(n)(mask, active, goldCount);
    used <== Prefix(g, 0)(goldCount);
    gold <== UnpackCodes(g, B, P)(value);
    LegalBoxGold(g)(gold, used, maxClass, width, height);
}

/// Hiding, binding commitment to a gold set that stays secret.
/// @param m, v     mask words, value words
/// @input salt     248 random bits (client)
/// @output out     the commitment
template GoldCommitment(m, v) {
    signal input salt;
    signal input mask[m];
    signal input value[v];
    signal output out;

    component h = VectorHash(m + v + 2);
    h.in[0] <== DOMAIN_GOLD();
    h.in[1] <== salt;
    for (var i = 0; i < m; i++) h.in[2 + i] <== mask[i];
    for (var i = 0; i < v; i++) h.in[2 + m + i] <== value[i];
    out <== h.out;
}
