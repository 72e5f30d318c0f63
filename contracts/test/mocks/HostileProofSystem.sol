// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IProofSystem} from "../../src/interfaces/IProofSystem.sol";

/// @notice Answers a verification with any bytes, reverts, or burns all its gas; and counts signals as it is told.
contract HostileProofSystem {
    enum Mode {
        Answer,
        Revert,
        Burn
    }

    bytes32 public constant systemId = "hostile";
    Mode internal _mode;
    bytes internal _answer;
    uint256 internal _signalCount = 1;

    function set(Mode mode, bytes calldata answer) external {
        (_mode, _answer) = (mode, answer);
    }

    function setSignalCount(uint256 count) external {
        _signalCount = count;
    }

    function addKey(bytes32, bytes calldata) external view returns (IProofSystem.KeyTerms memory terms) {
        terms.signalCount = _signalCount;
    }

    function verify(bytes32, uint256[] calldata, bytes calldata) external view {
        if (_mode == Mode.Revert) revert("no");
        while (_mode == Mode.Burn) {}
        bytes memory answer = _answer;
        assembly {
            return(add(answer, 0x20), mload(answer))
        }
    }
}
