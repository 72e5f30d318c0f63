// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IProofSystem} from "../interfaces/IProofSystem.sol";
import {BN254} from "../libraries/BN254.sol";
import {PlonkishProofSystem} from "./PlonkishProofSystem.sol";
import {ProofSystemBase} from "./ProofSystemBase.sol";

/// @title PlonkProofSystem
/// @notice PLONK (Gabizon, Williamson and Ciobotaru, eprint 2019/953) on BN254, with the Keccak transcript of snarkjs 0.7.6.
/// @dev A key is the head that IPlonkishProofSystem describes and the commitments Qm, Ql, Qr, Qo, Qc, S1, S2, S3: 25 words.
/// Qm, Qr, Qo and Qc may be the identity, (0, 0): a circuit that has no use for a selector commits to zero, and many have no
/// use for Qr or Qc. Ql is never the identity, for it is one in the rows of the public signals. Nor are S1, S2 and S3, which
/// are nowhere zero on the domain.
/// A proof is the points A, B, C, Z, T1, T2, T3, Wxi, Wxiw and the evaluations a, b, c, s1, s2, zw: 24 words, in the order of
/// snarkjs's exported calldata. None of its points is ever honestly the identity, so the identity is refused.
contract PlonkProofSystem is PlonkishProofSystem {
    /// @notice Two of S1, S2 and S3 are equal: no permutation of the cells has that.
    error PlonkProofSystem_PermutationInvalid();
    /// @notice S1 is X_2's counterpart in G1: no copy constraint touches the column that holds the public signals.
    error PlonkProofSystem_SignalsUnbound();

    /// @dev A proof, as it lies in calldata.
    struct Proof {
        uint256[2] a;
        uint256[2] b;
        uint256[2] c;
        uint256[2] z;
        uint256[2] t1;
        uint256[2] t2;
        uint256[2] t3;
        uint256[2] wxi;
        uint256[2] wxiw;
        uint256 evalA;
        uint256 evalB;
        uint256 evalC;
        uint256 evalS1;
        uint256 evalS2;
        uint256 evalZw;
    }

    /// @dev Named as in the paper, but ξ for its zeta.
    struct Challenges {
        uint256 beta;
        uint256 gamma;
        uint256 alpha;
        uint256 xi;
        uint256 v;
        uint256 u;
    }

    /// @inheritdoc IProofSystem
    bytes32 public constant systemId = "plonk-bn254";

    /// @dev What verifying takes, in gas: measured with every account and word cold, for the largest domain, rounded up
    /// (test/unit/PlonkProofSystem/gas.t.sol).
    uint256 internal constant VERIFY_BASE_GAS = 252_000;
    uint256 internal constant VERIFY_GAS_PER_SIGNAL = 350;

    /// @dev Bytes of a key and of a proof, and positions in a proof.
    uint256 internal constant KEY_LENGTH = 800;
    uint256 internal constant PROOF_LENGTH = 768;
    uint256 internal constant Z = 0xc0;
    uint256 internal constant T1 = 0x100;
    uint256 internal constant WITNESSES = 0x1c0;
    uint256 internal constant EVALUATIONS = 0x240;

    /// @dev Positions from the key on: its own points, then those of the proof, then the generator.
    uint256 internal constant QC = 0x220;
    uint256 internal constant S1 = 0x260;
    uint256 internal constant PROOF_POINTS = 0x320;
    uint256 internal constant WXI = 0x4e0;
    uint256 internal constant WXIW = 0x520;
    uint256 internal constant GENERATOR = 0x560;
    /// @dev Room for the two sums of the last pairing, each with its workspace (see _addScaled).
    uint256 internal constant WITNESS = 0x5a0;
    uint256 internal constant CLAIM = 0x640;
    uint256 internal constant WORKSPACE_END = 0x6e0;

    uint256 internal constant KEY_POINTS_LENGTH = 0x200;
    uint256 internal constant PROOF_POINTS_LENGTH = 0x240;
    uint256 internal constant PROOF_POINT_COUNT = 9;
    uint256 internal constant EVALUATION_COUNT = 6;

    constructor(address registry_) ProofSystemBase(registry_) {}

    /// @inheritdoc IProofSystem
    function verify(
        bytes32 keyId,
        uint256[] calldata publicSignals,
        bytes calldata proof
    )
        external
        view
        returns (bool accepted)
    {
        address code = _keyCode[keyId];
        if (code == address(0) || proof.length != PROOF_LENGTH) return false;
        Proof calldata parts;
        assembly ("memory-safe") {
            parts := proof.offset
        }
        return _holds(code, publicSignals, parts);
    }

    /// @dev The verifier algorithm of the paper; steps are numbered as there.
    function _holds(address code, uint256[] calldata signals, Proof calldata proof) internal view returns (bool) {
        (Head memory key, uint256 base) = _loadKey(code, KEY_LENGTH, WORKSPACE_END - KEY_LENGTH);

        // Steps 1 to 3: signals and evaluations are in the field, points in G1.
        if (!_areSignals(key, signals)) return false;
        Challenges memory challenges = _challenges(base, signals, proof);
        if (!_areParts(base, proof)) return false;

        // Steps 5 to 12
        (uint256[17] memory scalars, bool defined) = _scalars(key, challenges, signals, proof);
        return defined && _opens(base, scalars, challenges);
    }

    /// @dev Steps 1 and 2, for a proof whose points are in memory too.
    function _areParts(uint256 base, Proof calldata proof) internal pure returns (bool) {
        uint256 evaluations;
        assembly ("memory-safe") {
            evaluations := add(proof, EVALUATIONS)
        }
        return _areScalars(evaluations, EVALUATION_COUNT) && _arePoints(base + PROOF_POINTS, PROOF_POINT_COUNT);
    }

    /// @dev Step 4. Leaves the points of the proof in memory behind those of the key.
    function _challenges(
        uint256 base,
        uint256[] calldata signals,
        Proof calldata proof
    )
        internal
        pure
        returns (Challenges memory challenges)
    {
        uint256 r = R;
        assembly ("memory-safe") {
            // β = H(points of the key, signals, A, B, C), γ = H(β)
            let points := add(base, COMMITMENTS)
            let transcript := mload(0x40)
            let signalsLength := shl(5, signals.length)
            mcopy(transcript, points, KEY_POINTS_LENGTH)
            calldatacopy(add(transcript, KEY_POINTS_LENGTH), signals.offset, signalsLength)
            calldatacopy(add(add(transcript, KEY_POINTS_LENGTH), signalsLength), proof, 0xc0)
            let beta := mod(keccak256(transcript, add(add(KEY_POINTS_LENGTH, 0xc0), signalsLength)), r)
            mstore(transcript, beta)
            let gamma := mod(keccak256(transcript, 0x20), r)
            mstore(challenges, beta)
            mstore(add(challenges, 0x20), gamma)

            calldatacopy(add(base, PROOF_POINTS), proof, PROOF_POINTS_LENGTH)

            // α = H(β, γ, Z)
            mstore(add(transcript, 0x20), gamma)
            calldatacopy(add(transcript, 0x40), add(proof, Z), 0x40)
            let challenge := mod(keccak256(transcript, 0x80), r)
            mstore(add(challenges, 0x40), challenge)

            // ξ = H(α, T1, T2, T3)
            mstore(transcript, challenge)
            calldatacopy(add(transcript, 0x20), add(proof, T1), 0xc0)
            challenge := mod(keccak256(transcript, 0xe0), r)
            mstore(add(challenges, 0x60), challenge)

            // v = H(ξ, evaluations)
            mstore(transcript, challenge)
            calldatacopy(add(transcript, 0x20), add(proof, EVALUATIONS), 0xc0)
            challenge := mod(keccak256(transcript, 0xe0), r)
            mstore(add(challenges, 0x80), challenge)

            // u = H(v, Wxi, Wxiw). It is the verifier's own, so it may bind the whole transcript; snarkjs leaves v out.
            mstore(transcript, challenge)
            calldatacopy(add(transcript, 0x20), add(proof, WITNESSES), 0x80)
            mstore(add(challenges, 0xa0), mod(keccak256(transcript, 0xa0), r))
        }
    }

    /// @dev Steps 5 to 11: what each point is multiplied with in the claim, in the order of their positions but without Qc,
    /// which counts once: Qm 0, Ql 1, Qr 2, Qo 3, S1 4, S2 5, S3 6, A 7, B 8, C 9, Z 10, T1 11, T2 12, T3 13, Wxi 14, Wxiw 15,
    /// generator 16. Not defined when ξ happens to lie in the domain.
    function _scalars(
        Head memory key,
        Challenges memory challenges,
        uint256[] calldata signals,
        Proof calldata proof
    )
        internal
        view
        returns (uint256[17] memory scalars, bool defined)
    {
        (uint256 vanishing, uint256 lagrange, uint256 constants) = _atXi(key, challenges.xi, signals);
        defined = vanishing != 0;
        lagrange = mulmod(lagrange, mulmod(challenges.alpha, challenges.alpha, R), R);

        // Step 9, gates: a·b·Qm + a·Ql + b·Qr + c·Qo + Qc
        scalars[0] = mulmod(proof.evalA, proof.evalB, R);
        scalars[1] = proof.evalA;
        scalars[2] = proof.evalB;
        scalars[3] = proof.evalC;
        uint256 copies = _scaleCopies(scalars, key, challenges, proof, lagrange);
        unchecked {
            // Step 9, quotient: -Z_H(ξ)·(T1 + ξ^n·T2 + ξ^2n·T3)
            scalars[11] = R - vanishing;
            scalars[12] = mulmod(R - vanishing, vanishing + 1, R);
            scalars[13] = mulmod(scalars[12], vanishing + 1, R);

            // Step 8, the terms without a commitment: PI(ξ) - α²·L1(ξ) - α·zw·(a + β·s1 + γ)(b + β·s2 + γ)(c + γ)
            constants = addmod(constants, addmod(R - copies, R - lagrange, R), R);
        }
        _scaleOpenings(scalars, key.omega, challenges, proof, constants);
    }

    /// @dev Step 9, copy constraints:
    /// (α·(a + β·ξ + γ)(b + β·k1·ξ + γ)(c + β·k2·ξ + γ) + α²·L1(ξ) + u)·Z - α·β·zw·(a + β·s1 + γ)(b + β·s2 + γ)·S3
    /// @return copies α·zw·(a + β·s1 + γ)(b + β·s2 + γ)(c + γ)
    function _scaleCopies(
        uint256[17] memory scalars,
        Head memory key,
        Challenges memory challenges,
        Proof calldata proof,
        uint256 lagrange
    )
        internal
        pure
        returns (uint256 copies)
    {
        uint256 beta = challenges.beta;
        uint256 gamma = challenges.gamma;
        copies = mulmod(challenges.alpha, proof.evalZw, R);
        copies = mulmod(copies, _cell(proof.evalA, beta, proof.evalS1, gamma), R);
        copies = mulmod(copies, _cell(proof.evalB, beta, proof.evalS2, gamma), R);
        unchecked {
            scalars[6] = mulmod(copies, R - beta, R);
        }
        copies = mulmod(copies, addmod(proof.evalC, gamma, R), R);

        beta = mulmod(beta, challenges.xi, R);
        uint256 product = mulmod(challenges.alpha, _cell(proof.evalA, beta, 1, gamma), R);
        product = mulmod(product, _cell(proof.evalB, beta, key.k1, gamma), R);
        product = mulmod(product, _cell(proof.evalC, beta, key.k2, gamma), R);
        scalars[10] = addmod(product, addmod(lagrange, challenges.u, R), R);
    }

    /// @dev Steps 10 to 12: v·A + v²·B + v³·C + v⁴·S1 + v⁵·S2, less the evaluations of all that is opened and plus the terms
    /// without a commitment, times the generator; and ξ·Wxi + u·ξ·ω·Wxiw.
    function _scaleOpenings(
        uint256[17] memory scalars,
        uint256 omega,
        Challenges memory challenges,
        Proof calldata proof,
        uint256 constants
    )
        internal
        pure
    {
        uint256 v = challenges.v;
        uint256 power = mulmod(v, v, R);
        scalars[7] = v;
        scalars[8] = power;
        uint256 opened = addmod(mulmod(v, proof.evalA, R), mulmod(power, proof.evalB, R), R);
        power = mulmod(power, v, R);
        scalars[9] = power;
        opened = addmod(opened, mulmod(power, proof.evalC, R), R);
        power = mulmod(power, v, R);
        scalars[4] = power;
        opened = addmod(opened, mulmod(power, proof.evalS1, R), R);
        power = mulmod(power, v, R);
        scalars[5] = power;
        opened = addmod(opened, mulmod(power, proof.evalS2, R), R);
        opened = addmod(opened, mulmod(challenges.u, proof.evalZw, R), R);

        scalars[14] = challenges.xi;
        scalars[15] = mulmod(mulmod(challenges.u, challenges.xi, R), omega, R);
        unchecked {
            scalars[16] = addmod(constants, R - opened, R);
        }
    }

    /// @dev evaluation + beta · position + gamma: a cell of the copy constraints.
    function _cell(uint256 evaluation, uint256 beta, uint256 position, uint256 gamma) internal pure returns (uint256) {
        return addmod(addmod(evaluation, mulmod(beta, position, R), R), gamma, R);
    }

    /// @dev Steps 5 to 7: Z_H(ξ), L1(ξ) and PI(ξ). All zero when ξ lies in the domain.
    function _atXi(
        Head memory key,
        uint256 xi,
        uint256[] calldata signals
    )
        internal
        view
        returns (uint256 vanishing, uint256 lagrange, uint256 publicInput)
    {
        vanishing = addmod(_squared(xi, key.power), R - 1, R);
        (uint256 sum, uint256 rest, uint256 product) = _publicInputs(signals, key.omega, xi);
        uint256 scale = mulmod(vanishing, _inverse(mulmod(product, 1 << key.power, R)), R);
        lagrange = mulmod(scale, rest, R);
        unchecked {
            publicInput = mulmod(scale, R - sum, R);
        }
    }

    /// @dev Step 12: e(Wxi + u·Wxiw, X_2) = e(claim, G2), where the claim is the sum of all points by their scalars.
    function _opens(
        uint256 base,
        uint256[17] memory scalars,
        Challenges memory challenges
    )
        internal
        view
        returns (bool)
    {
        uint256 first;
        uint256 u;
        assembly ("memory-safe") {
            first := scalars
            u := add(challenges, 0xa0)
            mstore(add(base, GENERATOR), 1)
            mstore(add(base, add(GENERATOR, 0x20)), 2)
            mcopy(add(base, WITNESS), add(base, WXI), 0x40)
            mcopy(add(base, CLAIM), add(base, QC), 0x40)
        }
        // Qm to Qo have the first four scalars, and all points from S1 to the generator the other thirteen.
        bool added = _addScaled(base + WITNESS, base + WXIW, u, 1);
        added = _addScaled(base + CLAIM, base + COMMITMENTS, first, 4) && added;
        added = _addScaled(base + CLAIM, base + S1, first + 0x80, 13) && added;
        return added && _pairingsMatch(base + WITNESS, base + X2, base + CLAIM);
    }

    /// @inheritdoc ProofSystemBase
    function _checkKey(bytes32, bytes calldata data) internal view override returns (KeyTerms memory terms) {
        if (data.length != KEY_LENGTH) revert ProofSystem_KeyLength(data.length);
        _checkHead(data);
        _checkCommitments(data);

        terms.signalCount = uint256(bytes32(data[0x80:0xa0]));
        terms.verifyGas = VERIFY_BASE_GAS + VERIFY_GAS_PER_SIGNAL * terms.signalCount;
    }

    /// @dev Words of the commitments: Qm 9, Ql 11, Qr 13, Qo 15, Qc 17, S1 19, S2 21, S3 23.
    function _checkCommitments(bytes calldata data) internal view {
        uint256[25] memory key = abi.decode(data, (uint256[25]));
        for (uint256 at = COMMITMENTS_WORD; at < key.length; at += 2) {
            bool optional = at < 19 && at != 11;
            bool identity = key[at] | key[at + 1] == 0;
            if (!(optional && identity) && !BN254.isG1(key[at], key[at + 1])) {
                revert PlonkishProofSystem_PointInvalid(at);
            }
        }

        bool distinct = !(key[19] == key[21] && key[20] == key[22]) && !(key[19] == key[23] && key[20] == key[24])
            && !(key[21] == key[23] && key[22] == key[24]);
        if (!distinct) revert PlonkProofSystem_PermutationInvalid();

        // With every cell of the first column its own successor, S1 is the identity polynomial: e(S1, G2) = e(G1, X_2).
        uint256[2] memory generator = [uint256(1), 2];
        uint256 first;
        uint256 words;
        assembly ("memory-safe") {
            first := generator
            words := key
        }
        if (_pairingsMatch(first, words + X2, words + S1)) revert PlonkProofSystem_SignalsUnbound();
    }
}
