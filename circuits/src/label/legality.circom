// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.0;

include "circomlib/circuits/bitify.circom";

// 8-bit scalars, 31 to a word; boxes of one 8-bit class and four 16-bit numbers, 3 to a word (SPEC 1.2).
function SCALAR_BITS()     { return 8; }
function SCALARS_PER_WORD(){ return 31; }
function SIDE_BITS()       { return 16; }
function BOX_BITS()        { return 72; }
function BOXES_PER_WORD()  { return 3; }

/// Eight weights whose subset sums are exactly the integers 0 to max: 1, 2, 4 ... as long as they fit, then the remainder.
/// @input max      8 bits (caller)
/// @output weight  8 numbers with sum max
/// @constraints    9 (bits of max + 1), 7 (suffix or), 7 (weights)
/// @soundness      `<==` throughout from the unique bits of max + 1. fits[j] = [max + 1 >= 2^j] is the or of bits j and above. The weights
///                 are non-negative and sum to max, so no subset sum leaves 0..max; powers of two below the remainder make every sum reachable.
template RangeWeights() {
    signal input max;
    var B = SCALAR_BITS();
    signal output weight[B];

    component bits = Num2Bits(B + 1);
    bits.in <== max + 1;
    signal fits[B + 1];
    fits[B] <== bits.out[B];
    for (var j = B - 1; j >= 1; j--) fits[j] <== fits[j + 1] + bits.out[j] - fits[j + 1] * bits.out[j];
    fits[0] <== 1; // max + 1 >= 1
    for (var j = 0; j < B; j++) {
        // Whole power 2^j when max >= 2^(j+1) - 1; what is left when only max >= 2^j - 1; nothing beyond.
        weight[j] <== fits[j + 1] * (1 << j) + (fits[j] - fits[j + 1]) * (max - ((1 << j) - 1));
    }
}

/// Shows that a number is a subset sum of the weights, hence in [0, max].
/// @input weight   eight weights (RangeWeights)
/// @input in       any field element
/// @constraints    8
/// @soundness      part[j] is 0 or weight[j] by its constraint, and the parts sum to `in`. Which subset reaches `in` does not matter:
///                 every subset sum is legal. The hint takes the remainder weight when it is needed and binary below it.
template InRange() {
    var B = SCALAR_BITS();
    signal input weight[B];
    signal input in;

    signal part[B];
    var sum = 0;
    var left = in;
    for (var j = B - 1; j >= 0; j--) {
        // Below the remainder the weights are powers of two, so "take it if the rest cannot reach" is the greedy choice.
        part[j] <-- weight[j] != 0 && left >= (1 << j) ? weight[j] : 0;
        part[j] * (part[j] - weight[j]) === 0;
        left -= part[j];
        sum += part[j];
    }
    sum === in;
}

/// Scalar labels: each in [0, max], zero past the item count.
/// @param n        capacity
/// @input code     n field elements
/// @input max      8 bits (ScalarRules)
/// @input active   n bits, a prefix (Prefix)
/// @constraints    9n + 23
/// @soundness      InRange per code; code * (1 - active) = 0 forces padding to zero
template ScalarLegality(n) {
    signal input code[n];
    signal input max;
    signal input active[n];

    var B = SCALAR_BITS();
    signal weight[B] <== RangeWeights()(max);
    for (var i = 0; i < n; i++) {
        InRange()(weight, code[i]);
        code[i] * (1 - active[i]) === 0;
    }
}

/// One box inside its image.
/// @input box      class, x, y, w - 1, h - 1 (any field elements)
/// @input weight   range weights of maxClass
/// @input width, height  image size, 16 bits (BoxRules)
/// @output code    the packed box, 72 bits
/// @constraints    8 + 6 * 16
/// @soundness      class by InRange (at most 255); x, y, w - 1, h - 1 and the two free margins are 16-bit by Num2Bits, so no sum can wrap
template BoxLegality() {
    signal input box[5];
    signal input weight[8];
    signal input width;
    signal input height;
    signal output code;

    InRange()(weight, box[0]);
    var S = SIDE_BITS();
    for (var i = 1; i < 5; i++) _ <== Num2Bits(S)(box[i]);
    _ <== Num2Bits(S)(width - box[1] - (box[3] + 1));
    _ <== Num2Bits(S)(height - box[2] - (box[4] + 1));
    code <== box[0] + box[1] * (1 << 8) + box[2] * (1 << 24) + box[3] * (1 << 40) + box[4] * (1 << 56);
}

/// Boxes: each legal, the zero code past the item count.
/// @param n        capacity
/// @input box      n boxes of five field elements
/// @input active   n bits, a prefix
/// @output code    n packed boxes
/// @constraints    105n + 23
template BoxesLegality(n) {
    signal input box[n][5];
    signal input maxClass;
    signal input width;
    signal input height;
    signal input active[n];
    signal output code[n];

    signal weight[8] <== RangeWeights()(maxClass);
    for (var i = 0; i < n; i++) {
        code[i] <== BoxLegality()(box[i], weight, width, height);
        code[i] * (1 - active[i]) === 0;
    }
}

/// Packs codes little-endian into words.
/// @param n        number of codes
/// @param bits     width of a code
/// @param perWord  codes to a word; bits * perWord < 253
/// @input code     n codes of `bits` bits (legality templates)
/// @output word    ceil(n / perWord) words
/// @constraints    none (linear)
/// @soundness      injective because every code is below 2^bits and a word below 2^253 < p
template Pack(n, bits, perWord) {
    signal input code[n];
    var W = (n + perWord - 1) \ perWord;
    signal output word[W];
    assert(bits * perWord < 253);
    for (var w = 0; w < W; w++) {
        var sum = 0;
        for (var i = 0; i < perWord && w * perWord + i < n; i++) sum += code[w * perWord + i] * (1 << (bits * i));
        word[w] <== sum;
    }
}
