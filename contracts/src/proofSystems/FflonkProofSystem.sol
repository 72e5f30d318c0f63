// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IProofSystem} from "../interfaces/IProofSystem.sol";
import {BN254} from "../libraries/BN254.sol";
import {PlonkishProofSystem} from "./PlonkishProofSystem.sol";
import {ProofSystemBase} from "./ProofSystemBase.sol";

/// @title FflonkProofSystem
/// @notice FFLONK (Gabizon and Williamson, eprint 2021/1167) on BN254, as snarkjs 0.7.6 proves it.
/// @dev A key is the head that IPlonkishProofSystem describes and the commitment C0 to all selectors and permutations: 11
/// words. A proof is the points C1, C2, W1, W2 and the evaluations ql, qr, qm, qo, qc, s1, s2, s3, a, b, c, z, zw, t1w, t2w:
/// 23 words, in the order of snarkjs's exported calldata without the inverse at its end. None of the points is ever honestly
/// the identity, so the identity is refused.
///
/// C0 holds eight polynomials, C1 four and C2 three: C0 = Σ X^i · f_i(X^8), and so on. Opening C0 at the eight eighth roots of
/// ξ opens each f_i at ξ, and the polynomial of degree below eight through these openings is Σ f_i(ξ) · X^i itself. So the
/// remainders that verification needs are written down from the evaluations at once, with no interpolation and no roots but
/// ξ: snarkjs's w3, w4, w8 and wr are not needed.
contract FflonkProofSystem is PlonkishProofSystem {
    struct Challenges {
        uint256 beta;
        uint256 gamma;
        uint256 xi;
        uint256 alpha;
        uint256 y;
    }

    /// @dev The polynomials that vanish on the opened points, at y.
    struct Vanishing {
        /// @dev y^8 - ξ, where C0 is opened.
        uint256 eighths;
        /// @dev y^4 - ξ, where C1 is opened.
        uint256 fourths;
        /// @dev y^3 - ξ and y^3 - ξ·ω, where C2 is opened.
        uint256 cubes;
        uint256 shiftedCubes;
    }

    /// @dev All that was divided by, inverted, and what the public inputs come to.
    struct Quotients {
        /// @dev -PI(ξ) / Z_H(ξ)
        uint256 publicInput;
        /// @dev L1(ξ) / Z_H(ξ)
        uint256 lagrange;
        /// @dev 1 / Z_H(ξ)
        uint256 domain;
        /// @dev 1 / fourths
        uint256 fourths;
        /// @dev 1 / (cubes · shiftedCubes)
        uint256 allCubes;
        /// @dev 1 / (ξ - ξ·ω)
        uint256 shift;
    }

    /// @inheritdoc IProofSystem
    bytes32 public constant systemId = "fflonk-bn254";

    /// @dev What verifying takes, in gas: measured with every account and word cold, for the largest domain, rounded up
    /// (test/unit/FflonkProofSystem/gas.t.sol).
    uint256 internal constant VERIFY_BASE_GAS = 168_000;
    uint256 internal constant VERIFY_GAS_PER_SIGNAL = 350;

    /// @dev Bytes of a key and of a proof.
    uint256 internal constant KEY_LENGTH = 352;
    uint256 internal constant PROOF_LENGTH = 736;

    /// @dev Positions in a proof, C1 first.
    uint256 internal constant C2 = 0x40;
    uint256 internal constant W1 = 0x80;
    uint256 internal constant QL = 0x100;
    uint256 internal constant QR = 0x120;
    uint256 internal constant QM = 0x140;
    uint256 internal constant QO = 0x160;
    uint256 internal constant QC = 0x180;
    uint256 internal constant S1 = 0x1a0;
    uint256 internal constant S2 = 0x1c0;
    uint256 internal constant S3 = 0x1e0;
    uint256 internal constant A = 0x200;
    uint256 internal constant B = 0x220;
    uint256 internal constant C = 0x240;
    uint256 internal constant Z = 0x260;
    uint256 internal constant ZW = 0x280;
    uint256 internal constant T1W = 0x2a0;
    uint256 internal constant T2W = 0x2c0;

    /// @dev Positions from the key on: C1, C2, W1, W2, the generator, and a sum with its workspace (see _addScaled).
    uint256 internal constant PROOF_POINTS = 0x160;
    uint256 internal constant PROOF_W2 = 0x220;
    uint256 internal constant GENERATOR = 0x260;
    uint256 internal constant CLAIM = 0x2a0;
    uint256 internal constant WORKSPACE_END = 0x340;

    uint256 internal constant PROOF_POINTS_LENGTH = 0x100;
    uint256 internal constant PROOF_POINT_COUNT = 4;
    uint256 internal constant EVALUATIONS_LENGTH = 0x1e0;
    uint256 internal constant EVALUATION_COUNT = 15;

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
        uint256 start;
        assembly ("memory-safe") {
            start := proof.offset
        }
        return _holds(code, publicSignals, start);
    }

    /// @param proof Position of the proof in calldata.
    function _holds(address code, uint256[] calldata signals, uint256 proof) internal view returns (bool) {
        (Head memory key, uint256 base) = _loadKey(code, KEY_LENGTH, WORKSPACE_END - KEY_LENGTH);
        if (!_areSignals(key, signals)) return false;
        Challenges memory challenges = _challenges(base, signals, proof);
        if (!_areScalars(proof + QL, EVALUATION_COUNT)) return false;
        if (!_arePoints(base + PROOF_POINTS, PROOF_POINT_COUNT)) return false;

        (uint256[5] memory scalars, bool defined) = _scalars(key, challenges, signals, proof);
        return defined && _opens(base, scalars);
    }

    /// @dev Leaves the points of the proof in memory behind those of the key.
    function _challenges(
        uint256 base,
        uint256[] calldata signals,
        uint256 proof
    )
        internal
        pure
        returns (Challenges memory challenges)
    {
        uint256 r = R;
        assembly ("memory-safe") {
            calldatacopy(add(base, PROOF_POINTS), proof, PROOF_POINTS_LENGTH)

            // β = H(C0, signals, C1), γ = H(β)
            let transcript := mload(0x40)
            let signalsLength := shl(5, signals.length)
            mcopy(transcript, add(base, COMMITMENTS), 0x40)
            calldatacopy(add(transcript, 0x40), signals.offset, signalsLength)
            calldatacopy(add(add(transcript, 0x40), signalsLength), proof, 0x40)
            let challenge := mod(keccak256(transcript, add(0x80, signalsLength)), r)
            mstore(challenges, challenge)
            mstore(transcript, challenge)
            challenge := mod(keccak256(transcript, 0x20), r)
            mstore(add(challenges, 0x20), challenge)

            // A 24th root of ξ is H(γ, C2), so that ξ has the third, fourth and eighth roots it is opened at.
            mstore(transcript, challenge)
            calldatacopy(add(transcript, 0x20), add(proof, C2), 0x40)
            let root := mod(keccak256(transcript, 0x60), r)
            challenge := mulmod(mulmod(root, root, r), root, r)
            challenge := mulmod(challenge, challenge, r)
            challenge := mulmod(challenge, challenge, r)
            mstore(add(challenges, 0x40), mulmod(challenge, challenge, r))

            // α = H(root, evaluations)
            mstore(transcript, root)
            calldatacopy(add(transcript, 0x20), add(proof, QL), EVALUATIONS_LENGTH)
            challenge := mod(keccak256(transcript, 0x200), r)
            mstore(add(challenges, 0x60), challenge)

            // y = H(α, W1)
            mstore(transcript, challenge)
            calldatacopy(add(transcript, 0x20), add(proof, W1), 0x40)
            mstore(add(challenges, 0x80), mod(keccak256(transcript, 0x60), r))
        }
    }

    /// @dev What C1, C2, W1, W2 and the generator are multiplied with in the claim; C0 counts once. Not defined when a
    /// challenge happens to hit a root.
    function _scalars(
        Head memory key,
        Challenges memory challenges,
        uint256[] calldata signals,
        uint256 proof
    )
        internal
        view
        returns (uint256[5] memory scalars, bool defined)
    {
        Vanishing memory vanishing = _vanishing(challenges, mulmod(challenges.xi, key.omega, R));
        Quotients memory quotients;
        (quotients, defined) = _quotients(key, challenges.xi, vanishing, signals);

        uint256 scale = mulmod(challenges.alpha, vanishing.eighths, R);
        scalars[0] = mulmod(scale, quotients.fourths, R);
        scale = mulmod(scale, challenges.alpha, R);
        scalars[1] = mulmod(scale, quotients.allCubes, R);
        scalars[3] = challenges.y;
        uint256 opened = _remainder0(proof, challenges.y);
        opened = addmod(opened, mulmod(scalars[0], _remainder1(proof, challenges.y, quotients), R), R);
        scale = _copies(key, challenges, proof);
        scale = _remainder2(proof, challenges.y, scale, vanishing, quotients);
        opened = addmod(opened, mulmod(scalars[1], scale, R), R);
        unchecked {
            scalars[2] = R - vanishing.eighths;
            scalars[4] = R - opened;
        }
    }

    function _vanishing(
        Challenges memory challenges,
        uint256 shifted
    )
        internal
        pure
        returns (Vanishing memory vanishing)
    {
        uint256 y = challenges.y;
        uint256 power = mulmod(y, y, R);
        unchecked {
            uint256 negated = R - challenges.xi;
            uint256 cube = mulmod(power, y, R);
            vanishing.cubes = addmod(cube, negated, R);
            vanishing.shiftedCubes = addmod(cube, R - shifted, R);
            power = mulmod(power, power, R);
            vanishing.fourths = addmod(power, negated, R);
            vanishing.eighths = addmod(mulmod(power, power, R), negated, R);
        }
    }

    /// @dev Not defined when one of the divisors is zero, or y is among the points C0 is opened at.
    function _quotients(
        Head memory key,
        uint256 xi,
        Vanishing memory vanishing,
        uint256[] calldata signals
    )
        internal
        view
        returns (Quotients memory quotients, bool defined)
    {
        (uint256 sum, uint256 rest, uint256 product) = _publicInputs(signals, key.omega, xi);
        uint256[5] memory divisors;
        divisors[0] = mulmod(product, 1 << key.power, R);
        divisors[1] = addmod(_squared(xi, key.power), R - 1, R);
        divisors[2] = vanishing.fourths;
        divisors[3] = mulmod(vanishing.cubes, vanishing.shiftedCubes, R);
        unchecked {
            divisors[4] = mulmod(xi, R + 1 - key.omega, R);
        }
        defined = _invert(divisors) && vanishing.eighths != 0;

        quotients.publicInput = mulmod(sum, divisors[0], R);
        quotients.lagrange = mulmod(rest, divisors[0], R);
        quotients.domain = divisors[1];
        quotients.fourths = divisors[2];
        quotients.allCubes = divisors[3];
        quotients.shift = divisors[4];
    }

    /// @dev Puts its inverse in the place of each value, with a single inversion of their product.
    /// @return defined False, and the values without meaning, when one is zero.
    function _invert(uint256[5] memory values) internal view returns (bool defined) {
        uint256 r = R;
        uint256[5] memory products;
        uint256 product = 1;
        // products[i] = values[0] · … · values[i - 1]
        assembly ("memory-safe") {
            for { let at := 0 } lt(at, 0xa0) { at := add(at, 0x20) } {
                mstore(add(products, at), product)
                product := mulmod(product, mload(add(values, at)), r)
            }
        }
        uint256 inverse = _inverse(product);
        defined = inverse != 0;
        // inverse = 1 / (values[0] · … · values[i])
        assembly ("memory-safe") {
            for { let at := 0xa0 } at {} {
                at := sub(at, 0x20)
                let value := mload(add(values, at))
                mstore(add(values, at), mulmod(inverse, mload(add(products, at)), r))
                inverse := mulmod(inverse, value, r)
            }
        }
    }

    /// @dev Openings of C0: ql + y·qr + y²·qo + y³·qm + y⁴·qc + y⁵·s1 + y⁶·s2 + y⁷·s3
    function _remainder0(uint256 proof, uint256 y) internal pure returns (uint256 remainder) {
        uint256 r = R;
        assembly ("memory-safe") {
            remainder := addmod(mulmod(calldataload(add(proof, S3)), y, r), calldataload(add(proof, S2)), r)
            remainder := addmod(mulmod(remainder, y, r), calldataload(add(proof, S1)), r)
            remainder := addmod(mulmod(remainder, y, r), calldataload(add(proof, QC)), r)
            remainder := addmod(mulmod(remainder, y, r), calldataload(add(proof, QM)), r)
            remainder := addmod(mulmod(remainder, y, r), calldataload(add(proof, QO)), r)
            remainder := addmod(mulmod(remainder, y, r), calldataload(add(proof, QR)), r)
            remainder := addmod(mulmod(remainder, y, r), calldataload(add(proof, QL)), r)
        }
    }

    /// @dev Openings of C1: a + y·b + y²·c + y³·T0(ξ), where T0 = (ql·a + qr·b + qm·a·b + qo·c + qc + PI) / Z_H.
    function _remainder1(
        uint256 proof,
        uint256 y,
        Quotients memory quotients
    )
        internal
        pure
        returns (uint256 remainder)
    {
        uint256 r = R;
        uint256 domain = quotients.domain;
        uint256 publicInput = quotients.publicInput;
        assembly ("memory-safe") {
            let a := calldataload(add(proof, A))
            let b := calldataload(add(proof, B))
            let c := calldataload(add(proof, C))
            // (ql + qm·b)·a + qr·b + qo·c + qc
            remainder := addmod(mulmod(calldataload(add(proof, QM)), b, r), calldataload(add(proof, QL)), r)
            remainder := addmod(mulmod(remainder, a, r), mulmod(calldataload(add(proof, QR)), b, r), r)
            remainder := addmod(remainder, mulmod(calldataload(add(proof, QO)), c, r), r)
            remainder := addmod(remainder, calldataload(add(proof, QC)), r)

            remainder := addmod(mulmod(remainder, domain, r), sub(r, publicInput), r)
            remainder := addmod(mulmod(remainder, y, r), c, r)
            remainder := addmod(mulmod(remainder, y, r), b, r)
            remainder := addmod(mulmod(remainder, y, r), a, r)
        }
    }

    /// @dev Openings of C2 at the cube roots of ξ, F = z + y·T1(ξ) + y²·T2(ξ), and of ξ·ω, G = zw + y·t1w + y²·t2w:
    /// (F · (y³ - ξ·ω) - G · (y³ - ξ)) / (ξ - ξ·ω), where T1 = (z - 1) · L1 / Z_H.
    /// @param copies Z_H(ξ) · T2(ξ)
    function _remainder2(
        uint256 proof,
        uint256 y,
        uint256 copies,
        Vanishing memory vanishing,
        Quotients memory quotients
    )
        internal
        pure
        returns (uint256 remainder)
    {
        uint256 r = R;
        uint256 domain = quotients.domain;
        uint256 lagrange = quotients.lagrange;
        uint256 shifted;
        assembly ("memory-safe") {
            let z := calldataload(add(proof, Z))
            remainder := mulmod(mulmod(copies, domain, r), y, r)
            remainder := addmod(remainder, mulmod(addmod(z, sub(r, 1), r), lagrange, r), r)
            remainder := addmod(mulmod(remainder, y, r), z, r)

            shifted := addmod(mulmod(calldataload(add(proof, T2W)), y, r), calldataload(add(proof, T1W)), r)
            shifted := addmod(mulmod(shifted, y, r), calldataload(add(proof, ZW)), r)
        }
        remainder = mulmod(remainder, vanishing.shiftedCubes, R);
        shifted = mulmod(shifted, vanishing.cubes, R);
        unchecked {
            remainder = mulmod(addmod(remainder, R - shifted, R), quotients.shift, R);
        }
    }

    /// @dev The copy constraints:
    /// (a + β·ξ + γ)(b + β·k1·ξ + γ)(c + β·k2·ξ + γ)·z - (a + β·s1 + γ)(b + β·s2 + γ)(c + β·s3 + γ)·zw
    function _copies(
        Head memory key,
        Challenges memory challenges,
        uint256 proof
    )
        internal
        pure
        returns (uint256 copies)
    {
        uint256 r = R;
        uint256 k1 = key.k1;
        uint256 k2 = key.k2;
        uint256 xi = challenges.xi;
        uint256 beta = challenges.beta;
        uint256 gamma = challenges.gamma;
        assembly ("memory-safe") {
            let a := addmod(calldataload(add(proof, A)), gamma, r)
            let b := addmod(calldataload(add(proof, B)), gamma, r)
            let c := addmod(calldataload(add(proof, C)), gamma, r)

            let permuted := addmod(a, mulmod(beta, calldataload(add(proof, S1)), r), r)
            permuted := mulmod(permuted, addmod(b, mulmod(beta, calldataload(add(proof, S2)), r), r), r)
            permuted := mulmod(permuted, addmod(c, mulmod(beta, calldataload(add(proof, S3)), r), r), r)
            permuted := mulmod(permuted, calldataload(add(proof, ZW)), r)

            beta := mulmod(beta, xi, r)
            copies := mulmod(addmod(a, beta, r), addmod(b, mulmod(beta, k1, r), r), r)
            copies := mulmod(copies, addmod(c, mulmod(beta, k2, r), r), r)
            copies := mulmod(copies, calldataload(add(proof, Z)), r)
            copies := addmod(copies, sub(r, permuted), r)
        }
    }

    /// @dev e(W2, X_2) = e(claim, G2), where the claim is C0 and the sum of the other points by their scalars.
    function _opens(uint256 base, uint256[5] memory scalars) internal view returns (bool) {
        uint256 first;
        assembly ("memory-safe") {
            first := scalars
            mstore(add(base, GENERATOR), 1)
            mstore(add(base, add(GENERATOR, 0x20)), 2)
            mcopy(add(base, CLAIM), add(base, COMMITMENTS), 0x40)
        }
        bool added = _addScaled(base + CLAIM, base + PROOF_POINTS, first, 5);
        return added && _pairingsMatch(base + PROOF_W2, base + X2, base + CLAIM);
    }

    /// @inheritdoc ProofSystemBase
    function _checkKey(bytes32, bytes calldata data) internal view override returns (KeyTerms memory terms) {
        if (data.length != KEY_LENGTH) revert ProofSystem_KeyLength(data.length);
        _checkHead(data);
        (uint256 x, uint256 y) = abi.decode(data[COMMITMENTS:], (uint256, uint256));
        // An identity would say that every selector and permutation is zero.
        if (!BN254.isG1(x, y)) revert PlonkishProofSystem_PointInvalid(COMMITMENTS_WORD);

        terms.signalCount = uint256(bytes32(data[0x80:0xa0]));
        terms.verifyGas = VERIFY_BASE_GAS + VERIFY_GAS_PER_SIGNAL * terms.signalCount;
    }
}
