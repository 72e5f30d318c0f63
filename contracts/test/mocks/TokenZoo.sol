// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice Tokens as they are met in the wild, each with one bad habit. One file because each is a few lines.
contract PlainToken is ERC20 {
    uint8 internal immutable DECIMALS;

    constructor(uint8 decimals_) ERC20("Plain", "PLN") {
        DECIMALS = decimals_;
    }

    function decimals() public view override returns (uint8) {
        return DECIMALS;
    }

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }
}

/// @notice Keeps one percent of every transfer.
contract FeeToken is PlainToken(18) {
    function _update(address from, address to, uint256 amount) internal override {
        if (from == address(0)) return super._update(from, to, amount);
        super._update(from, address(0), amount / 100);
        super._update(from, to, amount - amount / 100);
    }
}

/// @notice Credits more than was sent.
contract BonusToken is PlainToken(18) {
    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        if (from != address(0)) super._update(address(0), to, 1);
    }
}

/// @notice Reverts for listed recipients.
contract BlacklistToken is PlainToken(6) {
    mapping(address account => bool listed) public blacklisted;

    function blacklist(address account, bool listed) external {
        blacklisted[account] = listed;
    }

    function _update(address from, address to, uint256 amount) internal override {
        require(!blacklisted[to], "blacklisted");
        super._update(from, to, amount);
    }
}

/// @notice Reverts while paused.
contract PausableToken is PlainToken(18) {
    bool public paused;

    function pause(bool next) external {
        paused = next;
    }

    function _update(address from, address to, uint256 amount) internal override {
        require(!paused, "paused");
        super._update(from, to, amount);
    }
}

/// @notice Refuses to move nothing.
contract RevertOnZeroToken is PlainToken(18) {
    function _update(address from, address to, uint256 amount) internal override {
        require(amount != 0, "zero");
        super._update(from, to, amount);
    }
}

/// @notice Answers `false` instead of reverting.
contract FalseToken is PlainToken(18) {
    bool public refusing;

    function refuse(bool next) external {
        refusing = next;
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        return refusing ? false : super.transfer(to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        return refusing ? false : super.transferFrom(from, to, amount);
    }
}

/// @notice Answers a transfer with bytes of the test's choice, and moves nothing when it was given some.
contract OddAnswerToken is PlainToken(18) {
    bytes internal _answer;

    function answerWith(bytes calldata answer) external {
        _answer = answer;
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        bytes memory answer = _answer;
        if (answer.length == 0) return super.transfer(to, amount);
        assembly {
            return(add(answer, 0x20), mload(answer))
        }
    }
}

/// @notice Reverts with a long answer when it refuses.
contract BombToken is PlainToken(18) {
    bool public refusing;

    function refuse(bool next) external {
        refusing = next;
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        if (!refusing) return super.transfer(to, amount);
        assembly {
            revert(0, 0x18000)
        }
    }
}

/// @notice Calls its recipient back, as ERC-777 does.
contract HookToken is PlainToken(18) {
    function _update(address from, address to, uint256 amount) internal override {
        if (from.code.length != 0) _call(from, "tokensToSend()");
        super._update(from, to, amount);
        if (to.code.length != 0) _call(to, "tokensReceived()");
    }

    function _call(address account, string memory hook) internal {
        (bool called, bytes memory reason) = account.call(abi.encodeWithSignature(hook));
        if (called || reason.length == 0) return;
        assembly {
            revert(add(reason, 0x20), mload(reason))
        }
    }
}

/// @notice Answers nothing at all.
contract SilentToken {
    mapping(address account => uint256 amount) public balanceOf;
    mapping(address owner => mapping(address spender => uint256 amount)) public allowance;

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    function approve(address spender, uint256 amount) external {
        allowance[msg.sender][spender] = amount;
    }

    function transfer(address to, uint256 amount) external {
        balanceOf[msg.sender] -= amount;
        balanceOf[to] += amount;
    }

    function transferFrom(address from, address to, uint256 amount) external {
        allowance[from][msg.sender] -= amount;
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
    }
}
