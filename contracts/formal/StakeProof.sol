// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {StakeLedger} from "../src/StakeLedger.sol";

/// @notice What the vault holds of a token is the sum of all free, locked and unbonding stakes in it: one step of each kind
/// from any state. The account of the step, and who is paid by it, change by exactly what the sum changes by, and no other
/// account changes at all; so the sum over all accounts keeps up for ever.
/// @dev Proven, never deployed: `npm run formal`. Storage is whatever it may be, but for the `require`s. Nothing may revert
/// else, so neither does the ledger where its callers have checked as much. One call of the ledger per contract: a proof of
/// an inherited function counts for the only place that calls it.
abstract contract StakeProof is StakeLedger {
    function sumOf(address account, address token) internal view returns (uint256) {
        return
            uint256(_stakes[account][token].free) + _stakes[account][token].locked + _stakes[account][token].unbonding;
    }

    /// @dev The sum holds for two accounts, a third one and whoever else there is.
    function assume(bytes32 task, address account, address to, address other, address token) internal view {
        require(account != to && account != other && to != other);
        require(sumOf(account, token) + sumOf(to, token) + sumOf(other, token) <= _held[token]);
        require(_locked[task][account] <= _stakes[account][token].locked);
    }
}

contract DepositProof is StakeProof {
    function depositing(bytes32 task, address a, address b, address c, address token, uint128 amount) external {
        assume(task, a, b, c, token);
        require(uint256(_held[token]) + amount <= type(uint128).max);
        (uint256 held, uint256 sum, uint256 sumB, uint256 sumC) =
            (_held[token], sumOf(a, token), sumOf(b, token), sumOf(c, token));
        (uint256 free, uint256 locked, uint256 unbonding) =
            (_stakes[a][token].free, _stakes[a][token].locked, _stakes[a][token].unbonding);
        uint256 inTask = _locked[task][a];
        _addFree(a, token, amount);
        assert(_held[token] == held + amount);
        assert(sumOf(a, token) == sum + amount);
        assert(_stakes[a][token].free == free + amount);
        assert(_stakes[a][token].unbonding == unbonding);
        assert(_stakes[a][token].locked == locked);
        assert(_locked[task][a] == inTask);
        assert(sumOf(b, token) == sumB);
        assert(sumOf(c, token) == sumC);
    }
}

contract UnbondProof is StakeProof {
    function startingToUnbond(bytes32 task, address a, address b, address c, address token, uint128 amount) external {
        assume(task, a, b, c, token);
        require(amount <= _stakes[a][token].free);
        (uint256 held, uint256 sum, uint256 sumB, uint256 sumC) =
            (_held[token], sumOf(a, token), sumOf(b, token), sumOf(c, token));
        (uint256 free, uint256 locked, uint256 unbonding) =
            (_stakes[a][token].free, _stakes[a][token].locked, _stakes[a][token].unbonding);
        uint256 inTask = _locked[task][a];
        _freeToUnbonding(a, token, amount);
        assert(_held[token] == held);
        assert(sumOf(a, token) == sum);
        assert(_stakes[a][token].free == free - amount);
        assert(_stakes[a][token].unbonding == unbonding + amount);
        assert(_stakes[a][token].locked == locked);
        assert(_locked[task][a] == inTask);
        assert(sumOf(b, token) == sumB);
        assert(sumOf(c, token) == sumC);
    }
}

contract LockProof is StakeProof {
    function locking(bytes32 task, address a, address b, address c, address token, uint128 amount) external {
        assume(task, a, b, c, token);
        require(amount <= _stakes[a][token].free);
        (uint256 held, uint256 sum, uint256 sumB, uint256 sumC) =
            (_held[token], sumOf(a, token), sumOf(b, token), sumOf(c, token));
        (uint256 free, uint256 locked, uint256 unbonding) =
            (_stakes[a][token].free, _stakes[a][token].locked, _stakes[a][token].unbonding);
        uint256 inTask = _locked[task][a];
        _freeToLocked(task, a, token, amount);
        assert(_held[token] == held);
        assert(sumOf(a, token) == sum);
        assert(_stakes[a][token].free == free - amount);
        assert(_stakes[a][token].unbonding == unbonding);
        assert(_locked[task][a] == inTask + amount);
        assert(_stakes[a][token].locked == locked + amount);
        assert(sumOf(b, token) == sumB);
        assert(sumOf(c, token) == sumC);
    }
}

contract ReleaseProof is StakeProof {
    function releasing(bytes32 task, address a, address b, address c, address token, uint128 amount) external {
        assume(task, a, b, c, token);
        require(amount <= _locked[task][a]);
        (uint256 held, uint256 sum, uint256 sumB, uint256 sumC) =
            (_held[token], sumOf(a, token), sumOf(b, token), sumOf(c, token));
        (uint256 free, uint256 locked, uint256 unbonding) =
            (_stakes[a][token].free, _stakes[a][token].locked, _stakes[a][token].unbonding);
        uint256 inTask = _locked[task][a];
        _lockedToFree(task, a, token, amount, a);
        assert(_held[token] == held);
        assert(sumOf(a, token) == sum);
        assert(_stakes[a][token].free == free + amount);
        assert(_stakes[a][token].unbonding == unbonding);
        assert(_locked[task][a] == inTask - amount);
        assert(_stakes[a][token].locked == locked - amount);
        assert(sumOf(b, token) == sumB);
        assert(sumOf(c, token) == sumC);
    }
}

contract SlashProof is StakeProof {
    function slashing(bytes32 task, address a, address b, address c, address token, uint128 amount) external {
        assume(task, a, b, c, token);
        require(amount <= _locked[task][a]);
        (uint256 held, uint256 sum, uint256 sumB, uint256 sumC) =
            (_held[token], sumOf(a, token), sumOf(b, token), sumOf(c, token));
        (uint256 free, uint256 locked, uint256 unbonding) =
            (_stakes[a][token].free, _stakes[a][token].locked, _stakes[a][token].unbonding);
        uint256 inTask = _locked[task][a];
        uint256 freeB = _stakes[b][token].free;
        _lockedToFree(task, a, token, amount, b);
        assert(_held[token] == held);
        assert(sumOf(a, token) == sum - amount);
        assert(_stakes[a][token].free == free);
        assert(_stakes[a][token].unbonding == unbonding);
        assert(_locked[task][a] == inTask - amount);
        assert(_stakes[a][token].locked == locked - amount);
        assert(sumOf(b, token) == sumB + amount);
        assert(_stakes[b][token].free == freeB + amount);
        assert(sumOf(c, token) == sumC);
    }
}

contract BurnProof is StakeProof {
    function burning(bytes32 task, address a, address b, address c, address token, uint128 amount) external {
        assume(task, a, b, c, token);
        require(amount <= _locked[task][a]);
        require(_burned[token] <= type(uint256).max - amount);
        (uint256 held, uint256 sum, uint256 sumB, uint256 sumC) =
            (_held[token], sumOf(a, token), sumOf(b, token), sumOf(c, token));
        (uint256 free, uint256 locked, uint256 unbonding) =
            (_stakes[a][token].free, _stakes[a][token].locked, _stakes[a][token].unbonding);
        uint256 inTask = _locked[task][a];
        uint256 burned = _burned[token];
        _burnLocked(task, a, token, amount);
        assert(_held[token] == held - amount);
        assert(_burned[token] == burned + amount);
        assert(sumOf(a, token) == sum - amount);
        assert(_stakes[a][token].free == free);
        assert(_stakes[a][token].unbonding == unbonding);
        assert(_locked[task][a] == inTask - amount);
        assert(_stakes[a][token].locked == locked - amount);
        assert(sumOf(b, token) == sumB);
        assert(sumOf(c, token) == sumC);
    }
}

contract WithdrawProof is StakeProof {
    function withdrawing(bytes32 task, address a, address b, address c, address token) external {
        assume(task, a, b, c, token);
        (uint256 held, uint256 sum, uint256 sumB, uint256 sumC) =
            (_held[token], sumOf(a, token), sumOf(b, token), sumOf(c, token));
        (uint256 free, uint256 locked, uint256 unbonding) =
            (_stakes[a][token].free, _stakes[a][token].locked, _stakes[a][token].unbonding);
        uint256 inTask = _locked[task][a];
        uint256 amount = _takeUnbonding(a, token);
        assert(amount == unbonding);
        assert(_held[token] == held - amount);
        assert(sumOf(a, token) == sum - amount);
        assert(_stakes[a][token].free == free);
        assert(_stakes[a][token].unbonding == 0);
        assert(_stakes[a][token].locked == locked);
        assert(_locked[task][a] == inTask);
        assert(sumOf(b, token) == sumB);
        assert(sumOf(c, token) == sumC);
    }
}
