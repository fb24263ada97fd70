using System.Runtime.InteropServices;
using CPrune.Worker;

// Ctrl-C goes to every process of the terminal. The owner decides what becomes of it, and ends this one by closing its input or killing it.
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
// Requests come in on stdin and answers go out on stdout; whatever else wants to be said goes to stderr.
using var serving = new Serving(Console.OpenStandardInput(), Console.OpenStandardOutput(), TimeProvider.System);
return await serving.RunAsync();
