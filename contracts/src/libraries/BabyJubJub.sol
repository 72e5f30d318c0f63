// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {BN254} from "./BN254.sol";

/// @title BabyJubJub
/// @notice Checks encryption keys on the twisted Edwards curve a·x² + y² = 1 + d·x²·y² over the BN254 scalar field (EIP-2494).
library BabyJubJub {
    uint256 internal constant A = 168_700;
    uint256 internal constant D = 168_696;

    /// @notice Whether (x, y) is canonical, on the curve and of an order other than 1, 2, 4 or 8.
    /// @dev A shared secret with a point of low order takes at most eight values, so anyone could read the labels.
    /// A key outside the prime-order subgroup is accepted here and refused by the SDK: it endangers only its owner.
    function isPublicKey(uint256 x, uint256 y) internal pure returns (bool) {
        return isOnCurve(x, y) && !_isLowOrder(x, y);
    }

    /// @notice Whether both coordinates are below the field order and satisfy the curve equation.
    function isOnCurve(uint256 x, uint256 y) internal pure returns (bool) {
        uint256 r = BN254.SCALAR_FIELD;
        if (x >= r || y >= r) return false;

        uint256 xx = mulmod(x, x, r);
        uint256 yy = mulmod(y, y, r);
        return addmod(mulmod(A, xx, r), yy, r) == addmod(1, mulmod(D, mulmod(xx, yy, r), r), r);
    }

    /// @dev 8P is the identity exactly when 4P is one of (0, 1) and (0, -1), the only points with x = 0. In projective
    /// coordinates that is X(4P) = 0: Z is never zero because the addition law is complete (a square, d not).
    function _isLowOrder(uint256 x, uint256 y) private pure returns (bool) {
        (uint256 x2, uint256 y2, uint256 z2) = _double(x, y, 1);
        (uint256 x4,,) = _double(x2, y2, z2);
        return x4 == 0;
    }

    /// @dev Projective doubling of a twisted Edwards curve (Bernstein, Birkner, Joye, Lange, Peters, 2008).
    function _double(uint256 x, uint256 y, uint256 z) private pure returns (uint256, uint256, uint256) {
        uint256 r = BN254.SCALAR_FIELD;
        uint256 sum = addmod(x, y, r);
        uint256 b = mulmod(sum, sum, r);
        uint256 c = mulmod(x, x, r);
        uint256 d = mulmod(y, y, r);
        uint256 e = mulmod(A, c, r);
        uint256 f = addmod(e, d, r);
        uint256 h = mulmod(z, z, r);
        uint256 j = addmod(f, r - addmod(h, h, r), r);
        uint256 cd = addmod(c, d, r);
        return (mulmod(addmod(b, r - cd, r), j, r), mulmod(f, addmod(e, r - d, r), r), mulmod(f, j, r));
    }
}
