if outpost_program=$(checked_program); then rm -rf "${outpost_program%/*}"; fi
rm -rf "$outpost_state"
