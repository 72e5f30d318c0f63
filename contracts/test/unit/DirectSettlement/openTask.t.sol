// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IDirectSettlement} from "../../../src/interfaces/IDirectSettlement.sol";
import {IProofSettlement} from "../../../src/interfaces/IProofSettlement.sol";
import {ISettlement} from "../../../src/interfaces/ISettlement.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {ProofTermsTest} from "../../utils/ProofTermsTest.sol";

contract DirectSettlementOpenTaskTest is ProofTermsTest {
    function requestWith(
        IProofSettlement.Statement memory made,
        uint64 deadline
    )
        internal
        view
        override
        returns (ITaskRegistry.TaskRequest memory wanted)
    {
        wanted = directRequest();
        wanted.settlementData = abi.encode(IDirectSettlement.Terms({statement: made, proveBy: deadline}));
    }

    function module() internal view override returns (ISettlement) {
        return direct;
    }

    function test_KeepsTheTerms() external {
        bytes32 taskId = tasks.taskIdOf(requester, "task");
        vm.expectEmit(address(direct));
        emit IDirectSettlement.DirectTermsSet(taskId, directTerms());
        createTask(directRequest());
        assertEq(abi.encode(direct.terms(taskId)), abi.encode(directTerms()));
        assertEq(direct.finalDeadline(taskId), DIRECT_BY);
    }
}
