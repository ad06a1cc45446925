# Chooses the slot to start from. The Pi's firmware starts U-Boot, U-Boot runs this; QEMU the same.
#
# The state of the slots is kept twice, each copy in one sector with a check sum, in a folder of its
# own. The newer whole copy counts; only the older is ever written, so a power cut in the middle of
# writing leaves the other. `balie-slots` in the running system reads and writes the same.
#   turn    counts every writing, in hexadecimal; the higher is the newer
#   slot    the slot to start: A or B
#   trying  1 while that slot has not yet shown that it can sell
#   tries   how many starts it still has to show it
#   bad     a slot that must never be started, or nothing
setenv turn 0
setenv slot A
setenv trying 0
setenv tries 0
setenv older 0
setenv bad
setenv newest -1
for copy in 0 1; do
  setenv read_turn
  if load ${devtype} ${devnum}:1 ${pxefile_addr_r} slots/${copy}/state; then
    if env import -c ${pxefile_addr_r} 200 read_turn; then
      if test 0x${read_turn} -gt ${newest}; then
        setenv newest 0x${read_turn}
        setenv bad; env import -c ${pxefile_addr_r} 200 slot trying tries bad
        if test ${copy} = 0; then setenv older 1; else setenv older 0; fi
      fi
    fi
  fi
done
echo "Balie: slot ${slot}, trying ${trying}, tries ${tries}, turn ${newest}"
if test ${trying} = 1; then
  if test ${tries} -gt 0; then
    setexpr tries ${tries} - 1
  else
    echo "Balie: slot ${slot} never showed that it can sell; back to the other"
    setenv trying 0
    if test ${slot} = A; then setenv slot B; else setenv slot A; fi
  fi
  if test ${newest} = -1; then setenv read_turn 1; else setexpr read_turn ${newest} + 1; fi
  env export -c -s 200 ${pxefile_addr_r} read_turn slot trying tries bad
  fatwrite ${devtype} ${devnum}:1 ${pxefile_addr_r} slots/${older}/state 200
fi
if test "${vendor}" = "raspberrypi"; then
  setenv consoles "console=tty1 quiet loglevel=3 vt.global_cursor_default=0"
else
  # QEMU: no firmware, no header; a serial line to watch it by, with what the units say.
  setenv consoles "console=tty1 console=ttyAMA0 quiet loglevel=4 systemd.show_status=yes systemd.journald.forward_to_console=yes"
fi
# U-Boot's own place for the initial RAM disk leaves 38 MiB for the kernel on a Pi, and ours is larger.
setexpr ramdisk_at ${kernel_addr_r} + 8000000
if test ${slot} = B; then setenv parts "3 2"; else setenv parts "2 3"; fi
for part in ${parts}; do
  if test ${part} = 3; then setenv slot B; else setenv slot A; fi
  part uuid ${devtype} ${devnum}:${part} root_uuid
  if load ${devtype} ${devnum}:${part} ${kernel_addr_r} /boot/vmlinuz; then
    load ${devtype} ${devnum}:${part} ${ramdisk_at} /boot/initrd.img
    setenv bootargs "root=PARTUUID=${root_uuid} ro rootwait panic=10 systemd.volatile=state rauc.slot=${slot} balie.trying=${trying} balie.tries=${tries} ${consoles}"
    booti ${kernel_addr_r} ${ramdisk_at}:${filesize} ${fdt_addr}
  fi
  echo "Balie: slot ${slot} has no system that starts; the other is tried"
done
echo "Balie: no slot starts; the card must be flashed anew"
sleep 10
reset
