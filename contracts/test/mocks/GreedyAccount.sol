// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice Asks whoever pays it for more while it is being paid, in coin or in tokens with hooks; may refuse to be paid at
/// all. Counts what it got that way.
contract GreedyAccount {
    address internal _target;
    bytes[] internal _wishes;
    bool public refusing;
    uint256 public granted;

    error Refused();

    function aim(address target, bytes[] calldata wishes) external {
        _target = target;
        delete _wishes;
        for (uint256 i; i < wishes.length; ++i) {
            _wishes.push(wishes[i]);
        }
    }

    function refuse(bool next) external {
        refusing = next;
    }

    function tokensReceived() external {
        _ask();
    }

    receive() external payable {
        _ask();
    }

    /// @dev Each wish gets a part of the gas, so that a payment with little gas goes through all the same.
    function _ask() internal {
        if (refusing) revert Refused();
        uint256 each = gasleft() / (2 * _wishes.length + 1);
        for (uint256 i; i < _wishes.length; ++i) {
            (bool done,) = _target.call{gas: each}(_wishes[i]);
            if (done) ++granted;
        }
    }
}
