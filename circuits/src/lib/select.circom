// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.0;

/// Turns a count into the flags of a prefix: flag[i] = 1 exactly when i < count.
/// @param n       number of flags
/// @param least   smallest legal count, 0 or 1
/// @input count   any field element; a count outside [least, n] has no witness
/// @output flag   n bits, ones first
/// @constraints   n + 1 - least - 2 booleans after the two linear relations are substituted
/// @soundness     `last` is boolean, sums to 1 (n < p, so no wrap): exactly one position k is marked, and the weighted sum forces
///                k = count. flag[i] is the sum of the marks above i, hence 1 for i < count and 0 from there on.
template Prefix(n, least) {
    signal input count;
    signal output flag[n];

    signal last[n + 1];
    var sum = 0;
    var weighted = 0;
    for (var k = least; k <= n; k++) {
        last[k] <-- count == k ? 1 : 0;
        last[k] * (last[k] - 1) === 0;
        sum += last[k];
        weighted += k * last[k];
    }
    if (least == 1) last[0] <== 0;
    sum === 1;
    weighted === count;

    var above = 0;
    for (var i = n - 1; i >= 0; i--) {
        above += last[i + 1];
        flag[i] <== above;
    }
}

/// Reads the codes at the marked positions, in order, into a short list.
/// @param n       number of codes
/// @param g       capacity of the list
/// @input code    n field elements
/// @input mark    n bits (caller)
/// @input picked  g field elements: the claimed list, zero past the last marked position
/// @input point   challenge
/// @constraints   2n + g
/// @soundness     Both sides are polynomials in `point`: sum over marked i of code[i] * point^(rank of i), and sum of
///                picked[k] * point^k. Equal at a challenge that was drawn after code, mark and picked were fixed, they are equal
///                coefficient by coefficient except with probability max(n, g) / 2^248; so picked[k] is the k-th marked code and zero past the last.
/// @assumes       code, mark and picked are bound by the digest behind the challenge; at most g marks (caller)
template Compact(n, g) {
    signal input code[n];
    signal input mark[n];
    signal input picked[g];
    signal input point;

    // Horner from the end: a marked position shifts the accumulator and adds its code, an unmarked one leaves it.
    signal acc[n + 1];
    signal shifted[n];
    acc[n] <== 0;
    for (var i = n - 1; i >= 0; i--) {
        shifted[i] <== acc[i + 1] * point;
        acc[i] <== acc[i + 1] + mark[i] * (shifted[i] - acc[i + 1] + code[i]);
    }
    signal list[g];
    list[g - 1] <== picked[g - 1];
    for (var k = g - 2; k >= 0; k--) list[k] <== list[k + 1] * point + picked[k];
    acc[0] === list[0];
}

/// Counts the ones among n bits.
/// @param n       number of bits
/// @input bit     n bits (caller)
/// @output out    their sum, 0 to n
/// @constraints   none (linear)
template Total(n) {
    signal input bit[n];
    signal output out;
    var sum = 0;
    for (var i = 0; i < n; i++) sum += bit[i];
    out <== sum;
}
