// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";

import {VeritaskToken} from "../../../src/governance/VeritaskToken.sol";
import {IVeritaskToken} from "../../../src/interfaces/IVeritaskToken.sol";
import {GovernanceTest} from "../../utils/GovernanceTest.sol";

contract VeritaskTokenVotesTest is GovernanceTest {
    bytes32 internal constant DELEGATION = keccak256("Delegation(address delegatee,uint256 nonce,uint256 expiry)");
    bytes32 internal constant PERMIT =
        keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");

    function setUp() public {
        deployGovernance();
    }

    function test_RevertWhen_NoAllocation() external {
        vm.expectRevert(IVeritaskToken.VeritaskToken_NoAllocations.selector);
        new VeritaskToken(new IVeritaskToken.Allocation[](0));
    }

    function test_RevertWhen_AnAllocationIsEmpty() external {
        IVeritaskToken.Allocation[] memory made = allocations();
        made[1].amount = 0;
        vm.expectRevert(abi.encodeWithSelector(IVeritaskToken.VeritaskToken_AllocationEmpty.selector, bob));
        new VeritaskToken(made);
    }

    function test_RevertWhen_AHolderIsZero() external {
        IVeritaskToken.Allocation[] memory made = allocations();
        made[2].holder = address(0);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, address(0)));
        new VeritaskToken(made);
    }

    function test_MintsOnceWithVotes() external view {
        IVeritaskToken.Allocation[] memory made = allocations();
        for (uint256 i; i < made.length; ++i) {
            assertEq(token.balanceOf(made[i].holder), made[i].amount);
            assertEq(token.getVotes(made[i].holder), made[i].amount);
            assertEq(token.delegates(made[i].holder), made[i].holder);
        }
        assertEq(token.totalSupply(), SUPPLY);
        assertEq(token.getPastTotalSupply(START), SUPPLY);
        assertEq(token.balanceOf(address(this)), 0);
    }

    function test_KeepsTimeByTheTimestamp() external {
        assertEq(token.CLOCK_MODE(), "mode=timestamp");
        assertEq(governor.CLOCK_MODE(), "mode=timestamp");
        vm.roll(block.number + 1000);
        vm.warp(START + 77);
        assertEq(token.clock(), START + 77);
        assertEq(governor.clock(), START + 77);
    }

    function test_HasNeitherOwnerNorMint() external {
        bytes[7] memory calls = [
            abi.encodeWithSignature("owner()"),
            abi.encodeWithSignature("mint(address,uint256)", alice, 1),
            abi.encodeWithSignature("mint(uint256)", 1),
            abi.encodeWithSignature("burn(uint256)", 1),
            abi.encodeWithSignature("burnFrom(address,uint256)", bob, 1),
            abi.encodeWithSignature("pause()"),
            abi.encodeWithSignature("hasRole(bytes32,address)", 0, address(this))
        ];
        for (uint256 i; i < calls.length; ++i) {
            vm.prank(alice);
            (bool called,) = address(token).call(calls[i]);
            assertFalse(called);
        }
    }

    function test_ReceivedTokensCountOnceDelegated() external {
        vm.prank(alice);
        token.transfer(stranger, 100 ether);
        assertEq(token.getVotes(stranger), 0);
        assertEq(token.getVotes(alice), SUPPLY * 60 / 100 - 100 ether);
        vm.prank(stranger);
        token.delegate(carol);
        assertEq(token.getVotes(stranger), 0);
        assertEq(token.getVotes(carol), SUPPLY * 5 / 100 + 100 ether);
    }

    function test_DelegatesBySignatureOnce() external {
        (address signer, uint256 key) = makeAddrAndKey("signer");
        vm.prank(alice);
        token.transfer(signer, 5 ether);
        (uint8 v, bytes32 r, bytes32 s) = signed(key, keccak256(abi.encode(DELEGATION, bob, 0, block.timestamp)));
        token.delegateBySig(bob, 0, block.timestamp, v, r, s);
        assertEq(token.delegates(signer), bob);
        vm.expectRevert(abi.encodeWithSelector(Nonces.InvalidAccountNonce.selector, signer, 1));
        token.delegateBySig(bob, 0, block.timestamp, v, r, s);

        // A permit takes the next number of the same row.
        assertEq(token.nonces(signer), 1);
        (v, r, s) = signed(key, keccak256(abi.encode(PERMIT, signer, carol, 5 ether, 1, block.timestamp)));
        token.permit(signer, carol, 5 ether, block.timestamp, v, r, s);
        assertEq(token.allowance(signer, carol), 5 ether);
        assertEq(token.nonces(signer), 2);
    }

    /// @dev However tokens and delegations move, nobody's votes are made of nothing.
    function testFuzz_VotesNeverExceedTheSupply(uint256 seed) external {
        address[4] memory accounts = [alice, bob, carol, stranger];
        for (uint256 i; i < 12; ++i) {
            uint256 draw = uint256(keccak256(abi.encode(seed, i)));
            address from = accounts[draw % 4];
            address to = accounts[(draw >> 8) % 4];
            uint256 amount = (draw >> 16) % (token.balanceOf(from) + 1);
            vm.prank(from);
            if (draw >> 255 == 0) token.delegate(to);
            else token.transfer(to, amount);
            vm.warp(block.timestamp + (draw >> 250) % 2);
        }
        uint256 votes;
        for (uint256 i; i < 4; ++i) {
            votes += token.getVotes(accounts[i]);
        }
        assertLe(votes, SUPPLY);
        assertEq(token.totalSupply(), SUPPLY);
    }

    function signed(uint256 key, bytes32 structHash) internal view returns (uint8 v, bytes32 r, bytes32 s) {
        return vm.sign(key, keccak256(abi.encodePacked("\x19\x01", token.DOMAIN_SEPARATOR(), structHash)));
    }
}
