//! `pmdcim6 install` and `uninstall`: where BILLmanager looks for a module (`billmanager-protocol.md` 1).
