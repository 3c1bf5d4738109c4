using System;
using System.Collections.Generic;
using System.IO;

namespace Importer.Bridge
{
    public enum VerdictKind
    {
        Nothing,
        Wait,
        Refuse,
        Import,
    }

    /// <summary>What to do about a published folder.</summary>
    public sealed class Verdict
    {
        public VerdictKind Kind;
        public Published Published;

        /// <summary>Why it waits or is refused.</summary>
        public Problem Problem;

        /// <summary>Null where the manifest could not be read.</summary>
        public Manifest Manifest;

        /// <summary>Of the manifest's bytes; empty where there are none.</summary>
        public string ManifestSha256 = "";
        public string Target;
        public string Format;
    }

    /// <summary>What is imported, as far as a look must know it: a look runs beside the editor's main thread.</summary>
    public struct Inputs
    {
        public string ManifestSha256;
        public string Target;
        public string Format;
        public int Rules;
        public bool Importing;
        public int Attempts;
        public string AttemptedManifest;

        /// <summary>Whether an import would bring nothing new.</summary>
        public bool AreThoseOf(Verdict verdict)
        {
            return !Importing && ManifestSha256 == verdict.ManifestSha256 && Target == verdict.Target
                && Format == verdict.Format && Rules == BridgeVersion.Rules;
        }

        public Inputs(AssetState state)
        {
            ManifestSha256 = state.ManifestSha256;
            Target = state.Target;
            Format = state.Format;
            Rules = state.Rules;
            Importing = state.Importing;
            Attempts = state.Attempts;
            AttemptedManifest = state.AttemptedManifest;
        }
    }

    /// <summary>Decides about published folders, and remembers between looks what it has seen of them.</summary>
    public sealed class Judge
    {
        static readonly TimeSpan Settled = TimeSpan.FromSeconds(30);
        static readonly TimeSpan CoarseClock = TimeSpan.FromSeconds(3);
        static readonly TimeSpan ReadAgain = TimeSpan.FromSeconds(60);
        const int MostAttempts = 3;

        sealed class Memory
        {
            public string Stamp = "";
            public DateTime ReadAt = DateTime.MinValue;
            public bool IsDone;
            public string Signature = "";
            public DateTime ChangedAt;

            /// <summary>What was there when the files were found to be other ones than published.</summary>
            public Problem Mismatch;
            public string MismatchSignature = "";

            /// <summary>What was there when the import was refused for something in the project.</summary>
            public string RefusedSignature = "";
        }

        readonly Dictionary<string, Memory> memories = new Dictionary<string, Memory>(StringComparer.Ordinal);

        /// <param name="imported">By key.</param>
        /// <param name="now">UTC.</param>
        public Verdict Decide(
            Published published, BridgeConfig config, Capabilities engine, IDictionary<string, Inputs> imported,
            DateTime now)
        {
            var verdict = new Verdict { Published = published };
            verdict.Target = config.Target == "auto" ? MaterialRecipe.Target(engine.Pipeline) : config.Target;
            verdict.Format = config.Format == "auto" ? engine.ReadsGlb ? "glb" : "fbx" : config.Format;
            if (published.ManifestPath == null)
                return Refused(verdict, published.Problem);
            var memory = MemoryOf(published);
            var stamp = Wholeness.Stamp(published.ManifestPath);
            if (memory.IsDone && stamp == memory.Stamp && now - memory.ReadAt < ReadAgain && now >= memory.ReadAt
                && now - File.GetLastWriteTimeUtc(published.ManifestPath) > CoarseClock)
                return verdict;
            memory.Stamp = stamp;
            memory.ReadAt = now;
            memory.IsDone = false;
            try
            {
                Judged(verdict, config, engine, imported, memory);
            }
            catch (BridgeException error)
            {
                Stop(verdict, error.Problem, memory, now);
            }
            catch (Exception error) when (error is IOException || error is UnauthorizedAccessException)
            {
                Stop(verdict, Unreadable(published.ManifestPath, error), memory, now);
            }
            memory.IsDone = verdict.Kind == VerdictKind.Nothing;
            return verdict;
        }

        /// <summary>The copy was not what was published: wait until something changes there.</summary>
        public void Mismatched(Verdict verdict, Problem problem, DateTime now)
        {
            var memory = MemoryOf(verdict.Published);
            Stop(verdict, problem, memory, now);
            memory.Mismatch = problem;
            memory.MismatchSignature = memory.Signature;
        }

        /// <summary>
        /// The import was refused for what is in the project: try again when that or the folder changes.
        /// </summary>
        public void Refused(Verdict verdict, string inProject)
        {
            MemoryOf(verdict.Published).RefusedSignature = Signature(verdict) + inProject;
        }

        /// <param name="inProject">What changes there when somebody has mended it.</param>
        public bool IsStillRefused(Verdict verdict, string inProject)
        {
            return MemoryOf(verdict.Published).RefusedSignature == Signature(verdict) + inProject;
        }

        /// <summary>Read the folder again at the next look, whatever is remembered.</summary>
        public void Forget(string key)
        {
            foreach (var name in new List<string>(memories.Keys))
                if (name.StartsWith(key + "|", StringComparison.Ordinal))
                    memories.Remove(name);
        }

        Memory MemoryOf(Published published)
        {
            Memory memory;
            var name = published.Key + "|" + published.Folder;
            if (!memories.TryGetValue(name, out memory))
                memories[name] = memory = new Memory();
            return memory;
        }

        static void Judged(
            Verdict verdict, BridgeConfig config, Capabilities engine, IDictionary<string, Inputs> imported,
            Memory memory)
        {
            var published = verdict.Published;
            if (new FileInfo(published.ManifestPath).Length > ManifestReader.MostBytes)
                throw new BridgeException("MANIFEST_INVALID", published.ManifestPath, "is larger than 64 MiB",
                    "Publish the asset again");
            var bytes = File.ReadAllBytes(published.ManifestPath);
            verdict.ManifestSha256 = Disk.Sha256(bytes);
            Inputs inputs;
            var isKnown = imported.TryGetValue(published.Key, out inputs);
            if (published.Problem == null && isKnown && inputs.AreThoseOf(verdict))
                return;
            verdict.Manifest = ManifestReader.Read(bytes, Path.GetFileName(published.ManifestPath));
            if (published.Problem != null)
                throw new BridgeException(published.Problem);
            if (config.Target == "auto")
                verdict.Target = MaterialRecipe.Target(engine.Pipeline, verdict.Manifest);
            if (isKnown && inputs.AreThoseOf(verdict))
                return;
            Wholeness.Check(verdict.Manifest, published.Folder, verdict.Target, verdict.Format, engine);
            if (memory.Mismatch != null && memory.MismatchSignature == Signature(verdict))
                throw new BridgeException(memory.Mismatch);
            // An importer that takes the editor down with it must not keep it from starting for ever.
            if (isKnown && inputs.Attempts >= MostAttempts && inputs.AttemptedManifest == verdict.ManifestSha256)
                throw new BridgeException("IMPORT_FAILED", published.Key, "was begun " + inputs.Attempts
                    + " times and never ended",
                                          "Publish the asset again, or choose Tools > Importer > Import Again");
            verdict.Kind = VerdictKind.Import;
        }

        static void Stop(Verdict verdict, Problem problem, Memory memory, DateTime now)
        {
            var signature = Signature(verdict);
            if (signature != memory.Signature || now < memory.ChangedAt)
            {
                memory.Signature = signature;
                memory.ChangedAt = now;
            }
            var waits = problem.MayPass && now - memory.ChangedAt < Settled;
            verdict.Kind = waits ? VerdictKind.Wait : VerdictKind.Refuse;
            verdict.Problem = problem;
        }

        /// <summary>
        /// The problem of a file that cannot be opened; on Windows one that is being copied cannot either.
        /// </summary>
        public static Problem Unreadable(string path, Exception error)
        {
            return new Problem("FILE_UNREADABLE", path, "cannot be read: " + error.Message,
                               "Look at its permissions, and whether another program holds it", true);
        }

        static Verdict Refused(Verdict verdict, Problem problem)
        {
            verdict.Kind = VerdictKind.Refuse;
            verdict.Problem = problem;
            return verdict;
        }

        static string Signature(Verdict verdict)
        {
            return Wholeness.Signature(verdict.Published, verdict.Manifest, verdict.Target);
        }
    }
}
