// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {FflonkProofSystem} from "../../../src/proofSystems/FflonkProofSystem.sol";
import {FflonkFixtures} from "../../utils/FflonkFixtures.sol";
import {PlonkishVerify} from "../../utils/PlonkishVerify.sol";

/// @dev Lets a test choose the points that the polynomials are opened at, which no proof can.
contract OpenFflonkProofSystem is FflonkProofSystem {
    constructor() FflonkProofSystem(msg.sender) {}

    function isDefinedAt(
        uint256 xi,
        uint256 y,
        bytes32 keyId,
        uint256[] calldata signals,
        bytes calldata proof
    )
        external
        view
        returns (bool defined)
    {
        (Head memory key, uint256 base) = _loadKey(_keyCode[keyId], KEY_LENGTH, WORKSPACE_END - KEY_LENGTH);
        uint256 parts;
        assembly ("memory-safe") {
            parts := proof.offset
        }
        Challenges memory challenges = _challenges(base, signals, parts);
        (challenges.xi, challenges.y) = (xi, y);
        (, defined) = _scalars(key, challenges, signals, parts);
    }
}

contract FflonkProofSystemVerifyTest is FflonkFixtures, PlonkishVerify {
    OpenFflonkProofSystem internal open;
    Statement internal good;

    function isDefinedAt(uint256 xi, uint256 y) internal view returns (bool) {
        return open.isDefinedAt(xi, y, "id", good.publicSignals, good.proof);
    }

    /// @dev Divisions by zero have no result, and must not pass for one.
    function test_RefusesOpeningsAtRoots() external {
        good = statements[1];
        open = new OpenFflonkProofSystem();
        open.addKey("id", good.keyData);
        uint256 omega = wordAt(good.keyData, 1);

        uint256 xi = 1;
        for (uint256 i; i < 1 << wordAt(good.keyData, 0); ++i) {
            assertFalse(isDefinedAt(xi, 5));
            xi = mulmod(xi, omega, R);
        }
        assertEq(xi, 1);
        assertTrue(isDefinedAt(8, 5));
        // xi is the third, fourth or eighth power of y, or the third over omega, where 1 / omega = omega^31.
        assertFalse(isDefinedAt(8, 2));
        assertFalse(isDefinedAt(16, 2));
        assertFalse(isDefinedAt(256, 2));
        xi = 8;
        for (uint256 i = 1; i < 1 << wordAt(good.keyData, 0); ++i) {
            xi = mulmod(xi, omega, R);
        }
        assertEq(mulmod(xi, omega, R), 8);
        assertFalse(isDefinedAt(xi, 2));
        assertTrue(isDefinedAt(xi, 5));
    }
}
