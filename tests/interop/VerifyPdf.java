// What PDFBox and BouncyCastle say of every signature of the files named: one line each, "file field verdict".
// valid: the digest and the signature value are right; INVALID otherwise, with the reason.

import java.nio.file.Files;
import java.nio.file.Paths;
import java.security.MessageDigest;
import java.util.Arrays;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.PDSignature;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.tsp.TimeStampToken;

public class VerifyPdf {
  public static void main(String[] files) throws Exception {
    for (String file : files) {
      byte[] pdf = Files.readAllBytes(Paths.get(file));
      try (PDDocument document = PDDocument.load(pdf)) {
        for (PDSignature signature : document.getSignatureDictionaries()) {
          String verdict;
          try {
            verdict = check(signature, pdf) ? "valid" : "INVALID";
          } catch (Exception problem) { // a wrong digest is thrown, not returned
            verdict = "INVALID " + problem.getMessage();
          }
          System.out.println(file + " " + signature.getSubFilter() + " " + verdict);
        }
      }
    }
  }

  private static boolean check(PDSignature signature, byte[] pdf) throws Exception {
    byte[] covered = signature.getSignedContent(pdf);
    if ("ETSI.RFC3161".equals(signature.getSubFilter())) {
      TimeStampToken token = new TimeStampToken(new CMSSignedData(signature.getContents(pdf)));
      X509CertificateHolder signer =
          (X509CertificateHolder) token.getCertificates().getMatches(token.getSID()).iterator().next();
      token.validate(new JcaSimpleSignerInfoVerifierBuilder().build(signer));
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(covered);
      return Arrays.equals(digest, token.getTimeStampInfo().getMessageImprintDigest());
    }
    CMSSignedData cms = new CMSSignedData(new CMSProcessableByteArray(covered), signature.getContents(pdf));
    boolean good = !cms.getSignerInfos().getSigners().isEmpty();
    for (SignerInformation one : cms.getSignerInfos().getSigners()) {
      X509CertificateHolder signer = (X509CertificateHolder) cms.getCertificates().getMatches(one.getSID()).iterator().next();
      good &= one.verify(new JcaSimpleSignerInfoVerifierBuilder().build(signer));
    }
    return good;
  }
}
