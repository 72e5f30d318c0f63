// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice Answers any call with any bytes, reverts, or burns all its gas. Its code is the same in every mood.
contract HostileVerifier {
    enum Mode {
        Revert,
        Answer,
        Burn,
        Write
    }

    Mode internal _mode;
    bytes internal _answer;
    uint256 internal _written;

    function set(Mode mode, bytes calldata answer) external {
        (_mode, _answer) = (mode, answer);
    }

    fallback() external {
        if (_mode == Mode.Revert) revert("no");
        while (_mode == Mode.Burn) {}
        if (_mode == Mode.Write) ++_written;
        bytes memory answer = _answer;
        assembly ("memory-safe") {
            return(add(answer, 0x20), mload(answer))
        }
    }
}
