using System.Runtime.CompilerServices;
using CsCheck;
using Xunit.Sdk;
using Xunit.v3;

// Tests, and the samples of a property, run one at a time: the tests write x * 2 and a + b as readers do, and TorchSharp lets a
// collection on another thread free such a number while libtorch reads it (see SafeScalars).
[assembly: Parallelization(Mode = ParallelMode.None)]

namespace Diffusion.Tests;

internal static class OneTestAtATime
{
    [ModuleInitializer]
    internal static void Samples() => Check.Threads = 1;
}
