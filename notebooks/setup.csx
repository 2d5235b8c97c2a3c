// The first line of every notebook here: #!import setup.csx

// Engines print an error with its type and stack; of this one only the sentence.
class KitIsNotBuilt() : Exception("The kit is not built. Run `dotnet build -c Release` at the top of the repository, then this cell again.")
{
    public override string ToString() => Message;

    public override string StackTrace => "";
}

if (!System.IO.File.Exists("../artifacts/kit/kit.csx")) throw new KitIsNotBuilt();

// What follows is compiled only after the check: a missing #r is an error of the compiler's.
#!import ../artifacts/kit/kit.csx

// kit.csx has done this, but .NET Interactive does not tell what an imported file throws.
Diffusion.Runtime.TorchRuntime.EnsureLoaded();
