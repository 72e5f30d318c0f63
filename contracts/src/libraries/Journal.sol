// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Journal
/// @notice How the public output of a zkVM program becomes public signals.
/// @dev With `words` above zero the output is exactly that many 32-byte words and each is a signal, so that one of them
/// can be a task's context. With zero words the output is anything and its digest the only signal.
library Journal {
    /// @dev What SP1's circuit keeps of a digest so that it is below the field order.
    uint256 internal constant SP1_DIGEST_MASK = (1 << 253) - 1;

    function signalCount(uint256 words) internal pure returns (uint256) {
        return words == 0 ? 1 : words;
    }

    /// @notice sha256 of the output that these signals stand for.
    function digest(uint256[] calldata publicSignals, uint256 words) internal pure returns (bytes32) {
        return words == 0 ? bytes32(publicSignals[0]) : sha256(abi.encodePacked(publicSignals));
    }
}
