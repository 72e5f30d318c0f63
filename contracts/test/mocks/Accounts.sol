// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice Accounts that make trouble when they are paid.

/// @notice Refuses native coin until told otherwise.
contract RefusingAccount {
    bool public accepting;

    function accept(bool next) external {
        accepting = next;
    }

    receive() external payable {
        require(accepting, "no");
    }
}

/// @notice Burns whatever gas it gets.
contract BurningAccount {
    receive() external payable {
        while (true) {}
    }
}

/// @notice Answers a payment with as much data as its gas allows.
contract BombAccount {
    receive() external payable {
        assembly {
            revert(0, 0x18000)
        }
    }
}

/// @notice Makes one prepared call while it is being paid or while it pays, and remembers how that went.
contract ReentrantAccount {
    address public target;
    bytes public data;
    bool public attempted;
    bool public succeeded;
    bytes public reason;

    function prepare(address target_, bytes calldata data_) external {
        (target, data) = (target_, data_);
    }

    function run(address to, uint256 value, bytes calldata call_) external payable returns (bytes memory) {
        (bool called, bytes memory answer) = to.call{value: value}(call_);
        if (called) return answer;
        assembly {
            revert(add(answer, 0x20), mload(answer))
        }
    }

    function tokensToSend() external {
        _attempt();
    }

    function tokensReceived() external {
        _attempt();
    }

    receive() external payable {
        _attempt();
    }

    /// @dev Half of the gas is kept, so that an attempt that uses up its own is remembered all the same.
    function _attempt() internal {
        if (target == address(0) || attempted) return;
        attempted = true;
        bytes memory answer;
        (succeeded, answer) = target.call{gas: gasleft() / 2}(data);
        // The selector alone: a long answer would cost more to keep than a transfer has.
        reason = answer.length < 4 ? answer : abi.encodePacked(bytes4(answer));
    }
}
