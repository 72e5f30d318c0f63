// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Script} from "forge-std/Script.sol";

import {BlockHashes} from "../../contracts/src/libraries/BlockHashes.sol";

/// @title SupportedChains
/// @notice Where the protocol may be deployed: the chains that script/deploy/chains.json supports, and no other. What each has to
/// offer, and why others are refused, is a table in contracts/README.md.
abstract contract SupportedChains is Script {
    string internal constant CHAINS_FILE = "script/deploy/chains.json";

    /// @param reason From the file; a chain that it does not name was not examined.
    error Deploy_ChainRefused(uint256 chainId, string reason);
    /// @notice A beacon would be forgotten after 256 blocks, which can be less than a minute.
    error Deploy_NoBlockHistory(uint256 chainId, address history);

    /// @param local Whether the chain is one for tests, which need not keep its history.
    function checkChain(bool local) public view {
        string memory json = vm.readFile(CHAINS_FILE);
        if (!_lists(json, ".supported")) revert Deploy_ChainRefused(block.chainid, _reasonOf(json));
        if (!local && BlockHashes.HISTORY.code.length == 0) {
            revert Deploy_NoBlockHistory(block.chainid, BlockHashes.HISTORY);
        }
    }

    function _lists(string memory json, string memory list) internal view returns (bool) {
        for (uint256 i; vm.keyExistsJson(json, _entry(list, i, "")); ++i) {
            if (vm.parseJsonUint(json, _entry(list, i, ".chainId")) == block.chainid) return true;
        }
        return false;
    }

    function _reasonOf(string memory json) internal view returns (string memory) {
        for (uint256 i; vm.keyExistsJson(json, _entry(".refused", i, "")); ++i) {
            if (vm.parseJsonUint(json, _entry(".refused", i, ".chainId")) == block.chainid) {
                return vm.parseJsonString(json, _entry(".refused", i, ".reason"));
            }
        }
        return "it was not examined";
    }

    function _entry(string memory list, uint256 index, string memory field) internal pure returns (string memory) {
        return string.concat(list, "[", vm.toString(index), "]", field);
    }
}
