// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.0;

include "circomlib/circuits/bitify.circom";

// Field offsets and widths of the rules integer (SPEC 1.1).
function KIND_BITS()     { return 8; }
function COUNT_BITS()    { return 16; }
function HEADER_BITS()   { return KIND_BITS() + 4 * COUNT_BITS(); }
function KIND_SET()      { return 1; }
function KIND_BOX()      { return 2; }
function BASIS_POINTS()  { return 10000; }

// Value of the bits in[from .. from + width - 1].
template Slice(n, from, width) {
    signal input in[n];
    signal output out;
    var sum = 0;
    for (var i = 0; i < width; i++) sum += in[from + i] * (1 << i);
    out <== sum;
}

/// Reads the fields every kind of rules shares.
/// @param capacity  capacity this circuit is compiled for; rules that name another have no witness
/// @param n         bits of the rules integer for this kind; higher bits have no witness
/// @input rules     the rules integer
/// @output bit      its n bits
/// @output kind     8 bits
/// @output itemCount, goldCount, thresholdBps  16 bits each
/// @constraints     n
/// @soundness       Num2Bits(n), n < 254, is unique; every field is a linear function of the bits
/// @assumes         field ranges beyond their width (itemCount <= capacity, thresholdBps <= 10000 ...) are checked by Prefix here
///                  and by LabelRules in the contract
template RulesHeader(capacity, n) {
    signal input rules;
    signal output bit[n];
    signal output kind;
    signal output itemCount;
    signal output goldCount;
    signal output thresholdBps;

    component bits = Num2Bits(n);
    bits.in <== rules;
    bit <== bits.out;

    var C = COUNT_BITS();
    var K = KIND_BITS();
    kind <== Slice(n, 0, K)(bit);
    signal size <== Slice(n, K, C)(bit);
    size === capacity;
    itemCount <== Slice(n, K + C, C)(bit);
    goldCount <== Slice(n, K + 2 * C, C)(bit);
    thresholdBps <== Slice(n, K + 3 * C, C)(bit);
}

/// Rules of scalar labels.
/// @input rules      the rules integer, 88 bits
/// @output isSet     1 for bit-sets, 0 for distances
/// @output max       largest legal label, 8 bits
/// @output tolerance largest distance that agrees, 8 bits
/// @constraints      88 and two linear relations
/// @soundness        see RulesHeader; kind 0 or 1 because its upper seven bits are forced to zero
template ScalarRules(capacity) {
    signal input rules;
    signal output isSet;
    signal output itemCount;
    signal output goldCount;
    signal output thresholdBps;
    signal output max;
    signal output tolerance;

    var H = HEADER_BITS();
    var n = H + 16;
    component header = RulesHeader(capacity, n);
    header.rules <== rules;
    isSet <== header.bit[0];
    header.kind === KIND_SET() * isSet;
    itemCount <== header.itemCount;
    goldCount <== header.goldCount;
    thresholdBps <== header.thresholdBps;
    max <== Slice(n, H, 8)(header.bit);
    tolerance <== Slice(n, H + 8, 8)(header.bit);
}

/// Rules of boxes.
/// @input rules      the rules integer, 128 bits
/// @output maxClass  largest legal class, 8 bits
/// @output width, height  image size, 16 bits each
/// @output iouBps    intersection over union that agrees, basis points, 16 bits
/// @constraints      128 and two linear relations
/// @soundness        see RulesHeader; kind is forced to 2
template BoxRules(capacity) {
    signal input rules;
    signal output itemCount;
    signal output goldCount;
    signal output thresholdBps;
    signal output maxClass;
    signal output width;
    signal output height;
    signal output iouBps;

    var H = HEADER_BITS();
    var n = H + 56;
    component header = RulesHeader(capacity, n);
    header.rules <== rules;
    header.kind === KIND_BOX();
    itemCount <== header.itemCount;
    goldCount <== header.goldCount;
    thresholdBps <== header.thresholdBps;
    maxClass <== Slice(n, H, 8)(header.bit);
    width <== Slice(n, H + 8, 16)(header.bit);
    height <== Slice(n, H + 24, 16)(header.bit);
    iouBps <== Slice(n, H + 40, 16)(header.bit);
}
