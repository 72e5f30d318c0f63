// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IProtocolParameters} from "../../../src/interfaces/IProtocolParameters.sol";
import {ITaskRegistry} from "../../../src/interfaces/ITaskRegistry.sol";
import {ReentrantAccount} from "../../mocks/Accounts.sol";
import {
    BlacklistToken,
    BombToken,
    BonusToken,
    FalseToken,
    FeeToken,
    HookToken,
    OddAnswerToken,
    PausableToken,
    PlainToken,
    RevertOnZeroToken,
    SilentToken
} from "../../mocks/TokenZoo.sol";
import {ProtocolTest} from "../../utils/ProtocolTest.sol";

/// @notice Every money path with every kind of token: deposit, payment with transfer, refused transfer, withdrawal, return.
contract TaskRegistryTokensTest is ProtocolTest {
    uint256 internal constant FEE_ON_REWARD = uint256(REWARD) * FEE_BPS / 10_000;

    function allow(address token) internal {
        parameters.setTokenPolicy(token, tokenPolicy(1, 0));
        PlainToken(token).mint(requester, 2 * DEPOSIT);
        vm.prank(requester);
        // The silent token's approve answers nothing, so the call is made by hand.
        (bool approved,) = token.call(abi.encodeCall(IERC20.approve, (address(tasks), type(uint256).max)));
        assertTrue(approved);
    }

    function requestIn(address token) internal view returns (ITaskRegistry.TaskRequest memory made) {
        made = request();
        made.token = token;
    }

    function balance(address token, address account) internal view returns (uint256) {
        return PlainToken(token).balanceOf(account);
    }

    function openWithTwoWorkers(address token) internal returns (bytes32 taskId) {
        allow(token);
        taskId = createTask(requestIn(token));
        joinAndCommit(taskId, alice);
        joinAndCommit(taskId, bob);
        vm.warp(COMMIT_BY + 1);
        openTheGold(taskId);
    }

    /// @dev One worker paid in the proving call, one by pull, the third slot returned; everything ends where it should.
    function runWholeTask(address token) internal {
        bytes32 taskId = openWithTwoWorkers(token);
        assertEq(balance(token, address(tasks)), DEPOSIT);
        prove(taskId, 0, true);
        assertEq(balance(token, alice), REWARD);
        prove(taskId, 1, false);
        tasks.withdraw(bob, token);
        assertEq(balance(token, bob), REWARD);
        tasks.returnUnfilled(taskId);
        tasks.withdraw(requester, token);
        tasks.withdraw(treasury, token);
        assertEq(balance(token, treasury), 2 * FEE_ON_REWARD);
        assertEq(balance(token, requester), 2 * DEPOSIT - 2 * (REWARD + FEE_ON_REWARD));
        assertEq(balance(token, address(tasks)), 0);
    }

    /// @dev The proving call succeeds, the credit stays, pulling reverts until the token lets go.
    function runRefused(address token, bytes32 taskId) internal {
        vm.expectEmit(address(tasks));
        emit ITaskRegistry.WithdrawalRefused(alice, token, REWARD);
        prove(taskId, 0, true);
        assertEq(tasks.creditOf(alice, token), REWARD);
        vm.expectRevert(
            abi.encodeWithSelector(ITaskRegistry.TaskRegistry_TransferRefused.selector, alice, token, REWARD)
        );
        tasks.withdraw(alice, token);
    }

    function finishRefused(address token, bytes32 taskId) internal {
        tasks.withdraw(alice, token);
        assertEq(balance(token, alice), REWARD);
        prove(taskId, 1, true);
        assertEq(balance(token, bob), REWARD);
    }

    function proveBoth(bytes32 taskId) internal {
        openGold.proveBatch(only(proofsOfTask(taskId, range(0, 2))), true);
    }

    /// @dev Both workers proven in one batch, the third slot returned.
    function runBatch(address token) internal {
        bytes32 taskId = openWithTwoWorkers(token);
        proveBoth(taskId);
        assertEq(balance(token, alice), REWARD);
        assertEq(balance(token, bob), REWARD);
        tasks.returnUnfilled(taskId);
        tasks.withdraw(requester, token);
        tasks.withdraw(treasury, token);
        assertEq(balance(token, treasury), 2 * FEE_ON_REWARD);
        assertEq(balance(token, address(tasks)), 0);
    }

    /// @dev Whatever the token does, both slots end as paid; a refused transfer leaves its credit and nothing else.
    function runRefusedBatch(address token, bytes32 taskId) internal {
        proveBoth(taskId);
        assertEq(tasks.creditOf(alice, token), REWARD);
        assertEq(tasks.creditOf(bob, token), REWARD);
        assertEq(tasks.creditOf(treasury, token), 2 * FEE_ON_REWARD);
        assertEq(tasks.task(taskId).ended, 2);
    }

    function finishRefusedBatch(address token) internal {
        tasks.withdraw(alice, token);
        tasks.withdraw(bob, token);
        assertEq(balance(token, alice), REWARD);
        assertEq(balance(token, bob), REWARD);
    }

    function test_BatchInEveryHonestToken() external {
        address[6] memory honest = [
            address(new PlainToken(18)),
            address(new PlainToken(0)),
            address(new PlainToken(36)),
            address(new SilentToken()),
            address(new RevertOnZeroToken()),
            address(new HookToken())
        ];
        uint256 snapshot = vm.snapshotState();
        for (uint256 i; i < honest.length; ++i) {
            runBatch(honest[i]);
            vm.revertToState(snapshot);
        }
    }

    function test_BatchKeepsTheCreditsOfARefusingToken() external {
        FalseToken falseToken = new FalseToken();
        bytes32 taskId = openWithTwoWorkers(address(falseToken));
        falseToken.refuse(true);
        runRefusedBatch(address(falseToken), taskId);
        falseToken.refuse(false);
        finishRefusedBatch(address(falseToken));
    }

    function test_BatchKeepsTheCreditsOfAPausedToken() external {
        PausableToken token = new PausableToken();
        bytes32 taskId = openWithTwoWorkers(address(token));
        token.pause(true);
        runRefusedBatch(address(token), taskId);
        token.pause(false);
        finishRefusedBatch(address(token));
    }

    function test_BatchKeepsTheCreditsOfABomb() external {
        BombToken token = new BombToken();
        bytes32 taskId = openWithTwoWorkers(address(token));
        token.refuse(true);
        runRefusedBatch(address(token), taskId);
        token.refuse(false);
        finishRefusedBatch(address(token));
    }

    function test_BatchKeepsTheCreditsOfAnOddAnswer() external {
        OddAnswerToken token = new OddAnswerToken();
        bytes32 taskId = openWithTwoWorkers(address(token));
        token.answerWith(abi.encode(uint256(2)));
        runRefusedBatch(address(token), taskId);
        token.answerWith("");
        finishRefusedBatch(address(token));
    }

    function test_BatchPaysAroundABlacklistedWorker() external {
        BlacklistToken token = new BlacklistToken();
        bytes32 taskId = openWithTwoWorkers(address(token));
        token.blacklist(alice, true);
        proveBoth(taskId);
        assertEq(tasks.creditOf(alice, address(token)), REWARD);
        assertEq(token.balanceOf(bob), REWARD);
        assertEq(tasks.task(taskId).ended, 2);
    }

    /// @dev The first worker's hook runs while the second slot of the batch still waits for its pay.
    function test_HookWithinABatchCannotReenter() external {
        (HookToken token, ReentrantAccount account, bytes32 taskId) = openWithReentrantWorker();
        bytes32[] memory ids = new bytes32[](1);
        ids[0] = taskId;
        account.prepare(address(tasks), abi.encodeCall(tasks.settleBatch, (ids, range(1, 2))));
        proveBoth(taskId);
        assertReentrancyRefused(account);
        assertEq(token.balanceOf(address(account)), REWARD);
        assertEq(token.balanceOf(bob), REWARD);
    }

    function test_WholeTaskInOrdinaryTokens() external {
        runWholeTask(address(new PlainToken(18)));
    }

    function test_WholeTaskWithoutDecimals() external {
        runWholeTask(address(new PlainToken(0)));
    }

    function test_WholeTaskWith36Decimals() external {
        runWholeTask(address(new PlainToken(36)));
    }

    function test_WholeTaskInATokenThatAnswersNothing() external {
        runWholeTask(address(new SilentToken()));
    }

    function test_WholeTaskInATokenThatRevertsOnZero() external {
        runWholeTask(address(new RevertOnZeroToken()));
    }

    function test_WholeTaskInATokenWithHooks() external {
        runWholeTask(address(new HookToken()));
    }

    function test_RevertWhen_TokenKeepsAFee() external {
        address token = address(new FeeToken());
        allow(token);
        vm.prank(requester);
        vm.expectRevert(
            abi.encodeWithSelector(ITaskRegistry.TaskRegistry_WrongDeposit.selector, DEPOSIT - DEPOSIT / 100, DEPOSIT)
        );
        tasks.createTask(requestIn(token));
    }

    function test_RevertWhen_TokenAddsABonus() external {
        address token = address(new BonusToken());
        allow(token);
        vm.prank(requester);
        vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_WrongDeposit.selector, DEPOSIT + 1, DEPOSIT));
        tasks.createTask(requestIn(token));
    }

    function test_RevertWhen_CoinIsSentWithATokenTask() external {
        address token = address(new PlainToken(18));
        allow(token);
        vm.prank(requester);
        vm.expectRevert(abi.encodeWithSelector(ITaskRegistry.TaskRegistry_WrongDeposit.selector, 1, 0));
        tasks.createTask{value: 1}(requestIn(token));
    }

    function test_RevertWhen_DepositIsAnsweredWithFalse() external {
        FalseToken token = new FalseToken();
        allow(address(token));
        token.refuse(true);
        vm.prank(requester);
        vm.expectRevert(abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, address(token)));
        tasks.createTask(requestIn(address(token)));
    }

    function test_FalseAnswerKeepsTheCredit() external {
        FalseToken token = new FalseToken();
        bytes32 taskId = openWithTwoWorkers(address(token));
        token.refuse(true);
        runRefused(address(token), taskId);
        token.refuse(false);
        finishRefused(address(token), taskId);
    }

    function test_BlacklistKeepsTheCreditAndHurtsNobodyElse() external {
        BlacklistToken token = new BlacklistToken();
        bytes32 taskId = openWithTwoWorkers(address(token));
        token.blacklist(alice, true);
        runRefused(address(token), taskId);
        prove(taskId, 1, true);
        assertEq(token.balanceOf(bob), REWARD);
        token.blacklist(alice, false);
        tasks.withdraw(alice, address(token));
        assertEq(token.balanceOf(alice), REWARD);
    }

    function test_BlacklistedAccountTakesItsCreditElsewhere() external {
        BlacklistToken token = new BlacklistToken();
        bytes32 taskId = openWithTwoWorkers(address(token));
        token.blacklist(alice, true);
        runRefused(address(token), taskId);
        vm.prank(alice);
        tasks.withdrawTo(address(token), carol);
        assertEq(token.balanceOf(carol), REWARD);
        assertEq(tasks.creditOf(alice, address(token)), 0);
    }

    function test_PauseKeepsTheCredit() external {
        PausableToken token = new PausableToken();
        bytes32 taskId = openWithTwoWorkers(address(token));
        token.pause(true);
        runRefused(address(token), taskId);
        token.pause(false);
        finishRefused(address(token), taskId);
    }

    function test_ReturnBombKeepsTheCredit() external {
        BombToken token = new BombToken();
        bytes32 taskId = openWithTwoWorkers(address(token));
        token.refuse(true);
        runRefused(address(token), taskId);
        token.refuse(false);
        finishRefused(address(token), taskId);
    }

    /// @dev Only `true` or silence counts as a transfer.
    function test_OddAnswersKeepTheCredit() external {
        OddAnswerToken token = new OddAnswerToken();
        bytes32 taskId = openWithTwoWorkers(address(token));
        bytes[4] memory answers = [abi.encode(uint256(2)), abi.encode(type(uint256).max), bytes(hex"01"), new bytes(31)];
        uint256 snapshot = vm.snapshotState();
        for (uint256 i; i < answers.length; ++i) {
            token.answerWith(answers[i]);
            runRefused(address(token), taskId);
            vm.revertToState(snapshot);
        }
        runAccepted(taskId);
    }

    function runAccepted(bytes32 taskId) internal {
        prove(taskId, 0, true);
        assertEq(tasks.creditOf(alice, tasks.task(taskId).token), 0);
    }

    function test_VanishedTokenKeepsTheCredit() external {
        PlainToken token = new PlainToken(18);
        bytes32 taskId = openWithTwoWorkers(address(token));
        bytes memory code = address(token).code;
        vm.etch(address(token), "");
        runRefused(address(token), taskId);
        vm.etch(address(token), code);
        finishRefused(address(token), taskId);
    }

    /// @dev The depositor's hook runs while the registry measures its balance: nothing of the registry answers then.
    function test_HookOnDepositCannotReenter() external {
        HookToken token = new HookToken();
        allow(address(token));
        ReentrantAccount account = new ReentrantAccount();
        token.mint(address(account), DEPOSIT);
        account.run(address(token), 0, abi.encodeCall(IERC20.approve, (address(tasks), DEPOSIT)));
        ITaskRegistry.TaskRequest memory made = requestIn(address(token));
        account.prepare(address(tasks), abi.encodeCall(tasks.createTask, (made)));
        account.run(address(tasks), 0, abi.encodeCall(tasks.createTask, (made)));
        assertReentrancyRefused(account);
        assertEq(token.balanceOf(address(tasks)), DEPOSIT);
    }

    /// @dev The worker's hook runs while it is paid, within the payment's gas: nothing of the registry answers then.
    function test_HookOnPaymentCannotReenter() external {
        (HookToken token, ReentrantAccount account, bytes32 taskId) = openWithReentrantWorker();
        account.prepare(address(tasks), abi.encodeCall(tasks.settle, (taskId, 1)));
        prove(taskId, 0, true);
        assertReentrancyRefused(account);
        assertEq(token.balanceOf(address(account)), REWARD);
    }

    /// @dev With all the gas it wants it still cannot have another slot paid while it is being paid.
    function test_HookOnWithdrawalCannotProve() external {
        (HookToken token, ReentrantAccount account, bytes32 taskId) = openWithReentrantWorker();
        bytes memory proof = proofs.proofOf(agreementKey, agreementSignals(taskId, 1, 77));
        account.prepare(
            address(openGold), abi.encodeCall(openGold.prove, (taskId, 1, 77, goldSet(), delivery(), proof, true))
        );
        prove(taskId, 0, false);
        tasks.withdraw(address(account), address(token));
        assertReentrancyRefused(account);
        assertEq(token.balanceOf(address(account)), REWARD);
        prove(taskId, 1, true);
        assertEq(token.balanceOf(bob), REWARD);
    }

    function openWithReentrantWorker() internal returns (HookToken token, ReentrantAccount account, bytes32 taskId) {
        token = new HookToken();
        allow(address(token));
        taskId = createTask(requestIn(address(token)));
        account = new ReentrantAccount();
        joinFor(taskId, alice, address(account));
        commit(taskId, 0, alice);
        joinAndCommit(taskId, bob);
        vm.warp(COMMIT_BY + 1);
        openTheGold(taskId);
    }

    function assertReentrancyRefused(ReentrantAccount account) internal view {
        assertTrue(account.attempted());
        assertFalse(account.succeeded());
        assertEq(
            account.reason(), abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector)
        );
    }
}
