// Measure runs the commands that it reads as JSON on stdin, one after the other, and prints what they cost
// together: the kernel's own account (wait4) of each command and of every process that it waited for.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

type command struct {
	Argv []string `json:"argv"`
	// Dir is where the command runs.
	Dir string `json:"dir"`
	// Stdout is the file that takes its output. Default: what is written there is measured, then forgotten.
	Stdout string `json:"stdout"`
}

type cost struct {
	CPUSeconds  float64 `json:"cpuSeconds"`
	WallSeconds float64 `json:"wallSeconds"`
	// PeakBytes is the most memory that any one process had resident.
	PeakBytes int64 `json:"peakBytes"`
}

func main() {
	var commands []command
	if err := json.NewDecoder(os.Stdin).Decode(&commands); err != nil {
		fail(err)
	}
	var total cost
	start := time.Now()
	for _, c := range commands {
		usage, err := run(c)
		if err != nil {
			fail(fmt.Errorf("%v: %w", c.Argv, err))
		}
		total.CPUSeconds += seconds(usage.Utime) + seconds(usage.Stime)
		total.PeakBytes = max(total.PeakBytes, peakBytes(usage))
	}
	total.WallSeconds = time.Since(start).Seconds()
	if err := json.NewEncoder(os.Stdout).Encode(total); err != nil {
		fail(err)
	}
}

func run(c command) (*syscall.Rusage, error) {
	cmd := exec.Command(c.Argv[0], c.Argv[1:]...)
	cmd.Dir = c.Dir
	cmd.Stderr = os.Stderr
	if c.Stdout != "" {
		file, err := os.Create(c.Stdout)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		cmd.Stdout = file
	}
	if err := cmd.Run(); err != nil {
		return nil, err
	}
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return nil, fmt.Errorf("%s has no account of processes", runtime.GOOS)
	}
	return usage, nil
}

func seconds(t syscall.Timeval) float64 {
	return float64(t.Sec) + float64(t.Usec)/1e6
}

// Linux counts resident memory in KiB, macOS in bytes.
func peakBytes(usage *syscall.Rusage) int64 {
	if runtime.GOOS == "darwin" {
		return usage.Maxrss
	}
	return usage.Maxrss * 1024
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
