// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {console2} from "forge-std/console2.sol";

import {IProofSystem} from "../../src/interfaces/IProofSystem.sol";
import {PlonkishFixtures} from "./PlonkishFixtures.sol";

/// @notice What verifying takes, against what the system says and against the verifiers that snarkjs exports.
/// @dev The system's account is warm, as that of a transaction's recipient; its storage and the code that holds the key are
/// cold when a test first verifies.
abstract contract PlonkishGas is PlonkishFixtures {
    /// @dev Root of unity of order 2^28, the largest power of two.
    uint256 internal constant ROOT = 19103219067921713944291392827692070036145651957329286315305642004821462161904;
    uint256 internal constant MAX_POWER = 28;
    /// @dev Word of a key that holds the number of signals.
    uint256 internal constant SIGNAL_COUNT = 4;
    /// @dev Most signals that the registry lets in.
    uint256 internal constant MAX_SIGNALS = 128;

    function setUp() public virtual override {
        super.setUp();
        uint256[4] memory counts = counted();
        for (uint256 i; i < counts.length; ++i) {
            system.addKey(bytes32(100 + i), keyOf(counts[i]));
        }
    }

    /// @dev Execution gas of snarkjs's exported verifier with one signal.
    function _exportedGas() internal pure virtual returns (uint256);

    function counted() internal pure returns (uint256[4] memory) {
        return [uint256(1), 8, 64, MAX_SIGNALS];
    }

    /// @dev A key over the largest domain, with this many signals. No proof is known for it; refusing one at the last pairing
    /// takes as much as accepting one.
    function keyOf(uint256 count) internal view returns (bytes memory key) {
        key = withWord(withWord(statements[0].keyData, 0, MAX_POWER), 1, ROOT);
        return withWord(key, SIGNAL_COUNT, count);
    }

    function measure(
        bytes32 keyId,
        uint256[] memory signals,
        bytes memory proof
    )
        internal
        view
        returns (bool accepted, uint256 used)
    {
        bytes memory data = abi.encodeCall(IProofSystem.verify, (keyId, signals, proof));
        assertEq(system.registry(), address(this));
        return answer(data, data.length);
    }

    function checkHonest(uint256 which) internal returns (uint256 used) {
        bool accepted;
        (accepted, used) = measure(bytes32(which), statements[which].publicSignals, statements[which].proof);
        assertTrue(accepted);
        console2.log(string.concat(_folder(), ": signals, gas"), statements[which].publicSignals.length, used);
        assertLt(used, system.addKey("again", statements[which].keyData).verifyGas);
    }

    function checkLargest(uint256 which) internal {
        uint256[] memory signals = new uint256[](counted()[which]);
        for (uint256 i; i < signals.length; ++i) {
            signals[i] = R - 1 - i;
        }
        (bool accepted, uint256 used) = measure(bytes32(100 + which), signals, statements[0].proof);
        uint256 stated = system.addKey("again", keyOf(signals.length)).verifyGas;
        console2.log(string.concat(_folder(), ", domain 2^28: signals, gas, stated"), signals.length, used, stated);
        assertFalse(accepted);
        assertLt(used, stated);
        // Not stated so high either that a task pays for gas nobody needs.
        assertLt(stated, used + used / 10);
    }

    function test_OneSignal() external {
        uint256 used = checkHonest(0);
        console2.log(
            string.concat(_folder(), ": one signal here, in snarkjs's exported verifier"), used, _exportedGas()
        );
        assertLe(used, _exportedGas());
    }

    function test_FourSignals() external {
        checkHonest(1);
    }

    function test_EightSignals() external {
        checkHonest(2);
    }

    function test_LargestDomainWithOneSignal() external {
        checkLargest(0);
    }

    function test_LargestDomainWithEightSignals() external {
        checkLargest(1);
    }

    function test_LargestDomainWithSixtyFourSignals() external {
        checkLargest(2);
    }

    function test_LargestDomainWithMostSignals() external {
        checkLargest(3);
    }
}
