// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.0;

/// Evaluates the polynomial with coefficients `in` at `point`: in[0] + in[1]*point + ... + in[n-1]*point^(n-1).
/// @param n       number of coefficients, at least 1
/// @input in      any field elements
/// @input point   any field element
/// @output out    the value at `point`
/// @constraints   n - 1
/// @soundness     Horner's rule with `<==` throughout. As a binding of `in` to a public vector it is sound only if `in` was fixed
///                before `point` was known: two different vectors agree at a random 248-bit point with probability < n / 2^248.
/// @assumes       the contract derives `point` from a digest that this circuit computes over everything `in` depends on
template Evaluate(n) {
    signal input in[n];
    signal input point;
    signal output out;

    signal acc[n];
    acc[n - 1] <== in[n - 1];
    for (var i = n - 2; i >= 0; i--) acc[i] <== acc[i + 1] * point + in[i];
    out <== acc[0];
}
