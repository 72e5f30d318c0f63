// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IProofSystem} from "../../src/interfaces/IProofSystem.sol";

/// @notice Answers a verification, of one proof or of many, with any bytes, reverts, or burns all its gas; counts signals and
/// answers ERC-165 as it is told.
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
    Mode internal _introspection = Mode.Revert;
    mapping(bytes4 interfaceId => bytes answer) internal _interfaces;

    function set(Mode mode, bytes calldata answer) external {
        (_mode, _answer) = (mode, answer);
    }

    function setSignalCount(uint256 count) external {
        _signalCount = count;
    }

    function setIntrospection(Mode mode) external {
        _introspection = mode;
    }

    function setInterface(bytes4 interfaceId, bytes calldata answer) external {
        _introspection = Mode.Answer;
        _interfaces[interfaceId] = answer;
    }

    function addKey(bytes32, bytes calldata) external view returns (IProofSystem.KeyTerms memory terms) {
        terms.signalCount = _signalCount;
    }

    function verify(bytes32, uint256[] calldata, bytes calldata) external view {
        _respond(_mode, _answer);
    }

    function verifyBatch(bytes32, uint256[][] calldata, bytes[] calldata) external view {
        _respond(_mode, _answer);
    }

    function supportsInterface(bytes4 interfaceId) external view {
        _respond(_introspection, _interfaces[interfaceId]);
    }

    function _respond(Mode mode, bytes memory answer) internal pure {
        if (mode == Mode.Revert) revert("no");
        while (mode == Mode.Burn) {}
        assembly {
            return(add(answer, 0x20), mload(answer))
        }
    }
}
