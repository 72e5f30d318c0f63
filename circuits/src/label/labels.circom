// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.0;

include "../lib/select.circom";
include "./legality.circom";
include "./rules.circom";

/// A legal vector of scalar labels under the rules, packed.
/// @param n        capacity
/// @input rules    the rules integer
/// @input codes    n labels
/// @output word    packed labels
/// @output active  the item prefix
/// @output goldCount, thresholdBps, isSet, tolerance  from the rules
/// @soundness      ScalarRules, Prefix (1 <= itemCount <= n), ScalarLegality, Pack
template ScalarLabels(n) {
    var W = (n + SCALARS_PER_WORD() - 1) \ SCALARS_PER_WORD();
    signal input rules;
    signal input codes[n];
    signal output word[W];
    signal output active[n];
    signal output goldCount;
    signal output thresholdBps;
    signal output isSet;
    signal output tolerance;

    component rule = ScalarRules(n);
    rule.rules <== rules;
    active <== Prefix(n, 1)(rule.itemCount);
    ScalarLegality(n)(codes, rule.max, active);
    word <== Pack(n, SCALAR_BITS(), SCALARS_PER_WORD())(codes);
    goldCount <== rule.goldCount;
    thresholdBps <== rule.thresholdBps;
    isSet <== rule.isSet;
    tolerance <== rule.tolerance;
}

/// A legal vector of boxes under the rules, packed.
/// @param n        capacity
/// @input rules    the rules integer
/// @input boxes    n boxes: class, x, y, w - 1, h - 1
/// @output code    the packed boxes
/// @output word    packed labels
/// @output active  the item prefix
/// @output goldCount, thresholdBps, iouBps  from the rules
/// @soundness      BoxRules, Prefix (1 <= itemCount <= n), BoxesLegality, Pack
template BoxLabels(n) {
    var W = (n + BOXES_PER_WORD() - 1) \ BOXES_PER_WORD();
    signal input rules;
    signal input boxes[n][5];
    signal output code[n];
    signal output word[W];
    signal output active[n];
    signal output goldCount;
    signal output thresholdBps;
    signal output iouBps;

    component rule = BoxRules(n);
    rule.rules <== rules;
    active <== Prefix(n, 1)(rule.itemCount);
    code <== BoxesLegality(n)(boxes, rule.maxClass, rule.width, rule.height, active);
    word <== Pack(n, BOX_BITS(), BOXES_PER_WORD())(code);
    goldCount <== rule.goldCount;
    thresholdBps <== rule.thresholdBps;
    iouBps <== rule.iouBps;
}
