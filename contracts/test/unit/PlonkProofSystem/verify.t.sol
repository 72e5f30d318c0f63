// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {PlonkProofSystem} from "../../../src/proofSystems/PlonkProofSystem.sol";
import {PlonkFixtures} from "../../utils/PlonkFixtures.sol";
import {PlonkishVerify} from "../../utils/PlonkishVerify.sol";

/// @dev Lets a test choose the point that the polynomials are opened at, which no proof can.
contract OpenPlonkProofSystem is PlonkProofSystem {
    constructor() PlonkProofSystem(msg.sender) {}

    function isDefinedAt(
        uint256 xi,
        bytes32 keyId,
        uint256[] calldata signals,
        bytes calldata proof
    )
        external
        view
        returns (bool defined)
    {
        (Head memory key, uint256 base) = _loadKey(_keyCode[keyId], KEY_LENGTH, WORKSPACE_END - KEY_LENGTH);
        Proof calldata parts;
        assembly ("memory-safe") {
            parts := proof.offset
        }
        Challenges memory challenges = _challenges(base, signals, parts);
        challenges.xi = xi;
        (, defined) = _scalars(key, challenges, signals, parts);
    }
}

contract PlonkProofSystemVerifyTest is PlonkFixtures, PlonkishVerify {
    /// @dev There the quotient falls out of the equation, and in the rows of public signals a division has no result.
    function test_RefusesAnOpeningInsideTheDomain() external {
        OpenPlonkProofSystem open = new OpenPlonkProofSystem();
        Statement memory good = statements[1];
        open.addKey("id", good.keyData);
        uint256 xi = 1;
        for (uint256 i; i < 1 << wordAt(good.keyData, 0); ++i) {
            assertFalse(open.isDefinedAt(xi, "id", good.publicSignals, good.proof));
            xi = mulmod(xi, wordAt(good.keyData, 1), R);
        }
        assertEq(xi, 1);
        assertTrue(open.isDefinedAt(2, "id", good.publicSignals, good.proof));
    }
}
