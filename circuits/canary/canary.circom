pragma circom 2.2.0;

// Two circuits for the canary: one right, one that forgets what it promises.

template Square() {
    signal input in;
    signal output out;
    out <== in * in;
}

// Promises `out = in * in` and constrains nothing: the canary's failing test must notice.
template UnconstrainedSquare() {
    signal input in;
    signal output out;
    out <-- in * in;
}
