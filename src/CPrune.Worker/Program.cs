using CPrune.Worker;

// Requests come in on stdin and answers go out on stdout; whatever else wants to be said goes to stderr.
using var serving = new Serving(Console.OpenStandardInput(), Console.OpenStandardOutput(), TimeProvider.System);
return await serving.RunAsync();
