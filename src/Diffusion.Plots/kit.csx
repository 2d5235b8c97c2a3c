using Diffusion.Runtime;
using Diffusion;
using Diffusion.Data;
using Diffusion.Evaluation;
using Diffusion.Plots;
using TorchSharp;
using static TorchSharp.torch;
using static Diffusion.Plots.Exercises;
// Before the first figure is made: a reader's own chart may come first.
System.Runtime.CompilerServices.RuntimeHelpers.RunModuleConstructor(typeof(Figure).Module.ModuleHandle);
Diffusion.Runtime.TorchRuntime.EnsureLoaded();
